import Accountability
import EventLog
package import Models
package import Postgres

/// Scores of any day, computed from the log itself: complete with what scoring hasn't read yet, and the same whether
/// scoring runs or not.
///
/// Needs a connection that may read the organisation's log: the owner's.
package struct LogEvaluation: Sendable {
    /// All events of the organisation that were known.
    package let events: [Event]
    package let policies: PolicyBook
    /// Today's UTC date by the database's clock.
    package let today: Day

    /// - Parameter knownAt: Only events that the log had recorded by then; nil takes all.
    /// - Throws: ``LedgerError/notYetKnown(_:latest:)`` where appends of that instant may still be under way,
    ///   ``LedgerError/unreadablePolicy(version:_:)``, ``LogError``, ``PostgresError``.
    package static func load(
        _ organization: OrganizationID, knownAt: Instant? = nil, from connection: Connection
    ) async throws -> LogEvaluation {
        // One snapshot for all pages of the log.
        try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            let opening = try await connection.pipeline([
                OrganizationState.enter(organization), PolicyBook.read(organization), nowAndLatestKnown,
            ])
            let clock = try opening[2].only()
            if let knownAt { try check(knownAt: knownAt, clock) }
            var events: [Event] = []
            for try await page in LogReplay(connection, organization: organization, knownAt: knownAt, page: 10_000) {
                events += page.map(\.event)
            }
            return LogEvaluation(
                events: events, policies: try PolicyBook(opening[1]), today: Day(try clock.date(0)))
        }
    }

    /// Today, and the instant from which on appends may be under way: they record the beginning of their transaction,
    /// and end within a minute.
    static let nowAndLatestKnown = Statement(
        "SELECT (now() AT TIME ZONE 'UTC')::date, now() - interval '1 minute'")

    /// - Parameter clock: The row of ``nowAndLatestKnown``.
    /// - Throws: ``LedgerError/notYetKnown(_:latest:)`` where what the instant knew may not be there yet.
    static func check(knownAt instant: Instant, _ clock: Row) throws {
        let latest = Instant(try clock.timestamptz(1))
        guard instant <= latest else { throw LedgerError.notYetKnown(instant, latest: latest) }
    }

    /// The policy that a day is scored with: the one of the version asked for, else the one in force on the day.
    ///
    /// - Throws: ``LedgerError/unknownPolicy(version:)``
    package func policy(on day: Day, version: Int? = nil) throws(LedgerError) -> Policy {
        try policies.policy(on: day, version: version)
    }

    /// Everybody's scores of a day.
    package func report(asOf day: Day, policy: Policy) -> ScoreReport {
        Scoring.report(events: events, asOf: day, policy: policy)
    }
}
