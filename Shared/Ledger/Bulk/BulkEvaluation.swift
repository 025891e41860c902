import Accountability
import EventLog
package import Models
package import Postgres

/// Everybody's scores of a day from the facts, with what scoring has not read yet beside them: the same as
/// ``LogEvaluation`` gives, in a small part of its time and memory.
///
/// Units are read in the order of their identifiers, each connection with a core's work of its own, and only sums stay:
/// memory holds the organisation's history and the sums. All connections see one moment of the database.
///
/// Needs connections that may read the organisation's facts and log: the owner's.
package struct BulkEvaluation: Sendable {
    /// More facts than that to load one by one, and the log itself is as quick.
    static let limit = 20_000
    private static let consumer = "scoring"

    let organization: OrganizationID

    package init(_ organization: OrganizationID) {
        self.organization = organization
    }

    /// - Parameters:
    ///   - day: The scored day; nil is today by the database's clock.
    ///   - version: The policy's; nil is the one in force on the day.
    ///   - isNaming: Whether the managers' names are wanted too.
    ///   - connections: At least one; as many as there are cores.
    /// - Returns: nil where the facts are too far from the log: scoring has never run, or lags by more than 20,000
    ///   events, has set events aside, or its facts were written by an older version. ``LogEvaluation`` has the answer
    ///   then.
    /// - Throws: ``LedgerError``, ``LogError``, ``PostgresError``.
    package func scores(
        asOf day: Day? = nil, policy version: Int? = nil, isNaming: Bool = false, using connections: [Connection]
    ) async throws -> (report: ScoreReport, names: PersonNames)? {
        guard let lead = connections.first else { return nil }
        return try await lead.transaction(isolation: .repeatableRead, readOnly: true) { lead in
            let opening = try await lead.pipeline([
                OrganizationState.enter(organization), BulkStatements.plan, PolicyBook.read(organization),
                Statement(
                    """
                    SELECT (now() AT TIME ZONE 'UTC')::date, pg_export_snapshot(),
                        EXISTS (SELECT FROM score.parked WHERE organization_id = $1)
                    """,
                    [.int4(organization.rawValue)]),
            ])
            let state = try opening[3].only()
            if try state.bool(2) { return nil }
            let scoredDay = try day ?? Day(try state.date(0))
            let policies = try PolicyBook(opening[2])
            let policy = try policies.policy(on: scoredDay, version: version)
            guard let tail = try await unreadEvents(lead),
                let apart = try await FactsApart.find(in: organization, and: tail, limit: Self.limit, lead)
            else { return nil }
            let history = try await BulkHistory.load(organization, and: tail, asOf: scoredDay, lead)
            let work = BulkTallying(
                organization: organization, history: history, apart: apart.units,
                scorer: UnitScorer(organization: history.organization, policy: policy))
            let snapshot = try state.text(1)
            let report = try await work.tallies(
                tail: tail, lead: lead, helpers: connections.dropFirst(), snapshot: snapshot
            ).report()
            guard isNaming else { return (report, .none) }
            let assignments = FactStatements.assignments(of: Array(report.managers.keys), organization: organization)
            let events = try FactRow.events(try await lead.pipeline([assignments])) + tail
            return (
                report, PersonNames(events.filter { history.corrections.inForce($0) }, asOf: scoredDay)
            )
        }
    }

    /// What the log has beyond the facts; nil where that is too much.
    private func unreadEvents(_ connection: Connection) async throws -> [Event]? {
        guard
            let tail = try await LogTail.events(
                of: organization, unreadBy: Self.consumer, limit: Self.limit, from: connection)
        else { return nil }
        guard !tail.isEmpty else { return [] }
        // A replay writes facts before scoring has read them.
        let known = try await connection.pipeline([
            FactStatements.known(tail.map(\.hash), organization: organization)
        ])[0]
        let hashes = Set(try known.map { row throws(PostgresError) in try row.uuid(0) })
        return tail.filter { !hashes.contains($0.hash) }.map(\.event)
    }
}
