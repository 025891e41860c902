import Accountability
package import EventLog
package import Models
import Postgres

/// Computes an organisation's projections from the log and compares them with what is stored.
///
/// Works under the lock of scoring's position, so that both are of one moment, and changes nothing. What scoring has
/// not read yet is no difference.
package struct Verification: Sendable {
    private let log: LogConsumer

    /// - Parameter log: Scoring's consumer, with a pool of the owner's connections.
    package init(log: LogConsumer) {
        self.log = log
    }

    /// - Returns: the differences; none where everything is as the log gives it.
    /// - Throws: ``PostgresError``, ``LogError``, ``LedgerError``.
    package func run(_ organization: OrganizationID) async throws -> [Difference] {
        try await log.withPosition(ifTaken: .wait) { connection in
            try await compare(organization, connection)
        } ?? []
    }

    private func compare(_ organization: OrganizationID, _ connection: Connection) async throws -> [Difference] {
        let opening = try await connection.pipeline([
            OrganizationState.enter(organization), OrganizationState.read(organization),
            PolicyBook.read(organization), ReplayStatements.parked(organization),
        ])
        let state = try OrganizationState(try opening[1].only())
        let parked = Set(try opening[3].map { try $0.uuid(0) })
        var expected: [UUIDBytes: RecordedEvent] = [:]
        for try await page in LogReplay(connection, organization: organization, readBy: log.name) {
            for event in page where !parked.contains(event.hash) { expected[event.hash] = event }
        }
        var facts = FactComparison(expected: expected)
        try await facts.compare(organization, connection)
        var differences = facts.differences
        if state.turn != nil {
            differences.append(
                Difference(
                    projection: "turn", subject: "organization",
                    detail: "everybody is being computed; try again when that is done"))
        }
        if state.hasMarks {
            differences.append(
                Difference(
                    projection: "mark", subject: "organization",
                    detail: "units wait to be computed; is scoring running?"))
        }
        guard let day = state.scoredDay else { return differences }
        let policy = try PolicyBook(opening[2]).policy(on: day)
        let scores = ScoreComparison(
            events: Array(facts.counted.values.map(\.event)), day: day, policy: policy, organization: organization)
        differences += try await scores.differences(connection)
        return differences
    }
}
