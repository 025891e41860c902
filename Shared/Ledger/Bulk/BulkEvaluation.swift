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
    static let consumer = "scoring"
    /// Managers whose names are looked up at a time.
    private static let namesAtATime = 1_000

    let organization: OrganizationID

    package init(_ organization: OrganizationID) {
        self.organization = organization
    }

    /// - Parameters:
    ///   - day: The scored day; nil is today by the database's clock.
    ///   - version: The policy's; nil is the one in force on the day.
    ///   - lead: Its transaction's moment is that of all.
    ///   - helpers: Idle; with the first as many as there are cores.
    ///   - named: Whose names are wanted too.
    /// - Throws: ``BulkUnavailable``, ``LedgerError``, ``LogError``, ``PostgresError``.
    package func scores(
        asOf day: Day? = nil, policy version: Int? = nil, using lead: Connection, _ helpers: [Connection],
        naming named: (ScoreReport) -> [PersonID] = { _ in [] }
    ) async throws -> (report: ScoreReport, names: PersonNames) {
        try await lead.transaction(isolation: .repeatableRead, readOnly: true) { lead in
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
            if try state.bool(2) { throw BulkUnavailable.eventsSetAside }
            let scoredDay = try day ?? Day(try state.date(0))
            let policies = try PolicyBook(opening[2])
            let policy = try policies.policy(on: scoredDay, version: version)
            let tail = try await unreadEvents(lead)
            guard let apart = try await FactsApart.find(in: organization, and: tail, limit: Self.limit, lead)
            else { throw BulkUnavailable.notPacked }
            let history = try await BulkHistory.load(organization, and: tail, asOf: scoredDay, lead)
            let work = BulkTallying(
                organization: organization, history: history, apart: apart.units,
                scorer: UnitScorer(organization: history.organization, policy: policy))
            let snapshot = try state.text(1)
            let report = try await work.tallies(
                tail: tail, lead: lead, helpers: helpers, snapshot: snapshot
            ).report()
            return (report, try await names(of: named(report), asOf: scoredDay, history.corrections, tail, lead))
        }
    }

    private func names(
        of people: [PersonID], asOf day: Day, _ corrections: Corrections, _ tail: [Event], _ connection: Connection
    ) async throws -> PersonNames {
        var names = PersonNames.none
        for start in stride(from: 0, to: people.count, by: Self.namesAtATime) {
            let some = Array(people[start..<min(start + Self.namesAtATime, people.count)])
            let assignments = FactStatements.assignments(of: some, organization: organization)
            let events = try FactRow.events(try await connection.pipeline([assignments])) + tail
            names.formUnion(PersonNames(events.filter { corrections.inForce($0) }, asOf: day))
        }
        return names
    }

    /// What the log has beyond the facts.
    private func unreadEvents(_ connection: Connection) async throws -> [Event] {
        guard
            let tail = try await LogTail.events(
                of: organization, unreadBy: Self.consumer, limit: Self.limit, from: connection)
        else { throw BulkUnavailable.behind }
        guard !tail.isEmpty else { return [] }
        // A replay writes facts before scoring has read them.
        let known = try await connection.pipeline([
            FactStatements.known(tail.map(\.hash), organization: organization)
        ])[0]
        let hashes = Set(try known.map { row throws(PostgresError) in try row.uuid(0) })
        return tail.filter { !hashes.contains($0.hash) }.map(\.event)
    }
}
