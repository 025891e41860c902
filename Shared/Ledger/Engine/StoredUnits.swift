import Models
import Postgres

/// What some units gave, and what was pending for them, when they were last computed.
struct StoredUnits: Sendable {
    /// By unit and subject, as stored: most stay the same, and need not be read.
    private(set) var contributions: [PersonID: [Subject: [UInt8]]] = [:]
    let deadlines: [PersonID: Set<Deadline>]

    /// - Parameters:
    ///   - contributions: Rows of ``ContributionStatements``.
    ///   - deadlines: Rows of ``DeadlineStatements``.
    init(contributions rows: ResultSet, deadlines: ResultSet) throws(PostgresError) {
        for row in rows {
            contributions[PersonID(unchecked: try row.text(0)), default: [:]][
                Subject(scope: try row.text(1), name: try row.text(2))] = try row.bytes(3)
        }
        self.deadlines = try DeadlineStatements.read(deadlines)
    }
}
