/// What one run of the ``Migrator`` did.
package struct MigrationReport: Hashable, Sendable {
    /// The files it applied, in order; empty where the schema was up to date.
    package let applied: [Migration]
    /// The schema's version now.
    package let version: Int
    /// The era of the log that holds now.
    package let era: Int
    /// How many monthly partitions of the log it made; `nil` where the log was in use all the while, so that some may be
    /// missing until ingestion makes them.
    package let partitionsMade: Int?
}
