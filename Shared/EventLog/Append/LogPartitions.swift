package import Postgres

/// The monthly partitions of the log.
package enum LogPartitions {
    /// Makes the partitions of this month and the next three, where they are missing. Ingestion calls it daily; a
    /// failure costs nothing for months, as the default partition takes what no other does.
    ///
    /// - Returns: How many it made.
    package static func create(_ connection: Connection) async throws(PostgresError) -> Int {
        let rows = try await connection.query(
            """
            SELECT log.create_partitions(
                (now() AT TIME ZONE 'UTC')::date, ((now() AT TIME ZONE 'UTC') + interval '3 months')::date)
            """)
        return Int(try rows.only().int4(0))
    }

    /// Settles the months that are over, so that consumers leave them out; without effect where all are settled.
    ///
    /// - Returns: How many were not. Some that are in use may be left for the next time.
    /// - Throws: ``PostgresError``: 55P03 where the default partition is in use, or months are made or moved for seconds. Then
    ///   none is settled.
    package static func settle(_ connection: Connection) async throws(PostgresError) -> Int {
        Int(try await connection.query("SELECT log.settle_months()").only().int4(0))
    }
}
