package import EventLog
package import Models
import Postgres

/// Compares an organisation's projections with what the log gives, and changes nothing.
///
/// Facts are compared with the log, and everything else with what the facts give then. All of it is of one moment: the
/// position and its effects are committed together, so whatever moment that is, the facts are those of what was read. No
/// lock is held; scoring goes on meanwhile. Memory holds a page of events, the organisation's history and the sums.
///
/// Needs the owner's connection.
package struct Verification: Sendable {
    private let log: LogConsumer

    /// - Parameter log: Scoring's consumer, with a pool of the owner's connections.
    package init(log: LogConsumer) {
        self.log = log
    }

    /// - Returns: the differences; none where everything is as the log gives it.
    /// - Throws: ``PostgresError``, ``LogError``, ``LedgerError``.
    package func run(_ organization: OrganizationID) async throws -> [Difference] {
        try await log.withMoment { connection in
            try await compare(organization, connection)
        }
    }

    private func compare(_ organization: OrganizationID, _ connection: Connection) async throws -> [Difference] {
        let opening = try await connection.pipeline([
            OrganizationState.enter(organization), OrganizationState.read(organization),
            PolicyBook.read(organization),
        ])
        let state = try OrganizationState(try opening[1].only())
        var differences = try await FactComparison(organization: organization, consumer: log.name)
            .differences(connection)
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
        differences += try await ScoreComparison(day: day, policy: policy, organization: organization)
            .differences(connection)
        return differences
    }
}
