import Accountability
package import Models
package import Postgres

/// Everybody's scores of a day from the facts, with what scoring has not read yet beside them, and what is asked about
/// them: the same as ``LogEvaluation`` gives, in a small part of its time and memory.
///
/// Units are read in the order of their identifiers, each connection with a core's work of its own, and only sums stay:
/// memory holds the organisation's history and the sums. All connections see one moment of the database.
///
/// Needs connections that may read the organisation's facts and log: the owner's.
package struct BulkEvaluation: Sendable {
    /// More facts than that to load one by one, and the log itself is as quick.
    static let limit = 20_000
    static let consumer = "scoring"

    let organization: OrganizationID
    /// Its transaction's moment is that of all.
    let lead: Connection
    /// Idle; with the first as many as there are cores.
    let helpers: [Connection]

    /// More people below a manager, and reading all units is quicker than looking up each of these.
    let fewPeople: Int

    package init(
        _ organization: OrganizationID, using lead: Connection, _ helpers: [Connection], fewPeople: Int = 2_000
    ) {
        self.organization = organization
        self.lead = lead
        self.helpers = helpers
        self.fewPeople = fewPeople
    }

    /// - Parameters:
    ///   - day: The scored day; nil is today by the database's clock.
    ///   - knownAt: Only what Onus had recorded by then; nil takes all.
    ///   - version: The policy's; nil is the one in force on the day.
    ///   - named: Whose names are wanted too.
    /// - Throws: ``BulkUnavailable``, ``LedgerError``, ``LogError``, ``PostgresError``.
    package func scores(
        asOf day: Day? = nil, knownAt: Instant? = nil, policy version: Int? = nil,
        naming named: (ScoreReport) -> [PersonID] = { _ in [] }
    ) async throws -> (report: ScoreReport, names: PersonNames) {
        try await BulkMoment.with(organization, knownAt: [knownAt].compactMap(\.self), using: lead, helpers) { moment in
            let day = day ?? moment.today
            let policy = try moment.policies.policy(on: day, version: version)
            let history = try await moment.history(asOf: day, knownAt: knownAt)
            let report = try await BulkTallying(moment, history, policy: policy).report()
            return (report, try await moment.names(of: named(report), history))
        }
    }
}
