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
}
