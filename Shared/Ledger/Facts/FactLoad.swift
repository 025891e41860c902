import EventLog
package import Models
package import Postgres

/// Writes an organisation's facts by COPY, row for row as scoring writes them: for benches of organisations that would
/// take hours to load through ingestion.
package struct FactLoad: Sendable {
    /// How many facts were written; personal learning is none.
    package let facts: Int
    /// From the first row to the last, events' making and encoding included.
    package let copying: Duration
    /// Putting back the indexes, which are taken off meanwhile: sorted once they are built many times as fast.
    package let indexing: Duration

    /// Writes the facts of events, which the log then doesn't have: a replay would remove them.
    ///
    /// - Parameters:
    ///   - events: No identity twice. They count as recorded when they happened.
    ///   - connection: The tables' owner's, outside a transaction. Nobody reads facts until all are there.
    /// - Throws: ``LedgerError/factsPresent`` where any organisation has facts: their indexes are in use;
    ///   ``PostgresError``. Nothing is written then.
    package static func load(
        _ events: some Sequence<Event> & Sendable, into organization: OrganizationID, over connection: Connection
    ) async throws -> FactLoad {
        let load = try await connection.transaction { connection in
            let opening = try await connection.pipeline([
                Statement("SELECT set_config('maintenance_work_mem', '512MB', true)"),
                Statement("LOCK TABLE facts.event", isCached: false),
                Statement("SELECT EXISTS (SELECT FROM facts.event)"), indexes,
            ])
            guard try !opening[2].only().bool(0) else { throw LedgerError.factsPresent }
            let indexes = opening[3]
            // Truncated in this very transaction, rows may be written as everybody will see them (FREEZE).
            _ = try await connection.pipeline(
                try ddl(indexes, column: 0) + [Statement("TRUNCATE facts.event", isCached: false)])
            let clock = ContinuousClock()
            let start = clock.now
            let rows = FactCopyRows(events, organization: organization)
            let facts = try await connection.copyIn(FactCopyRows<[Event]>.sql, rows)
            let copied = clock.now
            _ = try await connection.pipeline(try ddl(indexes, column: 1))
            if !rows.late.isEmpty {
                let statement = FactStatements.assignUnits(ofGaps: Array(rows.late), organization: organization)
                _ = try await connection.pipeline([statement])
            }
            try await LogConsumer.begin("scoring", connection)
            return FactLoad(facts: facts, copying: copied - start, indexing: clock.now - copied)
        }
        // Index-only scans want to know which pages everybody sees, and the planner how many rows there are.
        try await connection.script("VACUUM (ANALYZE) facts.event")
        return load
    }

    /// What takes each index off, and what puts it back, as the server says it.
    private static let indexes = Statement(
        """
        SELECT
            CASE WHEN c.oid IS NULL THEN format('DROP INDEX %s', i.indexrelid::regclass)
            ELSE format('ALTER TABLE facts.event DROP CONSTRAINT %I', c.conname) END,
            CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
            ELSE format('ALTER TABLE facts.event ADD CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)) END
        FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
        WHERE i.indrelid = 'facts.event'::regclass
        ORDER BY c.oid IS NULL, i.indexrelid
        """)

    private static func ddl(_ indexes: ResultSet, column: Int) throws(PostgresError) -> [Statement] {
        try indexes.map { row throws(PostgresError) in Statement(try row.text(column), isCached: false) }
    }
}
