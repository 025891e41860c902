import Accountability
import EventLog
import Models
import Postgres

/// An organisation's facts at one moment of the database, with what scoring has not read yet beside them: what any number
/// of questions are asked of.
struct BulkMoment: Sendable {
    let organization: OrganizationID
    let policies: PolicyBook
    /// The UTC date by the database's clock.
    let today: Day
    /// What the log has beyond the facts.
    let tail: [RecordedEvent]
    /// Units that don't come in pages.
    let apart: Set<PersonID>
    /// In the transaction whose moment it is.
    let lead: Connection
    /// Idle; with the first as many as there are cores.
    private let helpers: [Connection]
    /// The moment's name.
    private let snapshot: String

    /// Units in a page: a few hundred kilobytes.
    private static let page = 500
    /// Ranges of units for each connection: uneven ones then end at much the same time.
    private static let rangesPerConnection = 8

    /// Asks questions of one moment.
    ///
    /// - Parameter knownAt: The instants that questions will name.
    /// - Throws: ``BulkUnavailable``, ``LedgerError``, ``LogError``, ``PostgresError``, and what `body` throws.
    static func with<Value>(
        _ organization: OrganizationID, knownAt: [Instant], using lead: Connection, _ helpers: [Connection],
        _ body: (BulkMoment) async throws -> Value
    ) async throws -> Value {
        do {
            return try await moment(organization, knownAt: knownAt, using: lead, helpers, body)
        } catch LedgerError.unreadablePack {
            throw BulkUnavailable.unreadable
        }
    }

    private static func moment<Value>(
        _ organization: OrganizationID, knownAt: [Instant], using lead: Connection, _ helpers: [Connection],
        _ body: (BulkMoment) async throws -> Value
    ) async throws -> Value {
        try await lead.transaction(isolation: .repeatableRead, readOnly: true) { lead in
            let opening = try await lead.pipeline([
                OrganizationState.enter(organization), BulkStatements.plan, PolicyBook.read(organization),
                LogEvaluation.nowAndLatestKnown,
                Statement("SELECT pg_export_snapshot()"), ReplayStatements.parked(organization),
            ])
            let clock = try opening[3].only()
            let snapshot = try opening[4].only().text(0)
            for instant in knownAt { try LogEvaluation.check(knownAt: instant, clock) }
            let parked = try opening[5].map { row throws(PostgresError) in try row.uuid(0) }
            let tail = try await eventsBeyondFacts(of: organization, parked: parked, lead)
            guard
                let apart = try await FactsApart.find(
                    in: organization, and: tail.map(\.event), limit: BulkEvaluation.limit, lead)
            else { throw BulkUnavailable.notPacked }
            return try await body(
                BulkMoment(
                    organization: organization, policies: try PolicyBook(opening[2]), today: Day(try clock.date(0)),
                    tail: tail, apart: apart.units, lead: lead, helpers: helpers, snapshot: snapshot))
        }
    }

    /// What all units share.
    ///
    /// - Parameter knownAt: Only what was recorded by then; nil takes all.
    func history(asOf day: Day, knownAt: Instant? = nil) async throws -> BulkHistory {
        try await BulkHistory.load(organization, and: tail, asOf: day, knownAt: knownAt, lead)
    }

    /// Reads the units that come in pages, each with its facts in force, on all connections at once.
    ///
    /// - Parameter read: Called for each unit with what its connection has gathered so far, `start` at first.
    /// - Returns: What each connection gathered.
    func gather<Sum: Sendable>(
        _ history: BulkHistory, from start: Sum,
        _ read: @escaping @Sendable (inout Sum, UnitPage.Unit) -> Void
    ) async throws -> [Sum] {
        let ranges = UnitRanges(
            organization: history.organization, count: (1 + helpers.count) * Self.rangesPerConnection)
        return try await withThrowingTaskGroup(of: Sum.self) { group in
            group.addTask { [lead] in try await gather(ranges, history, from: start, read, lead) }
            for helper in helpers {
                group.addTask {
                    try await helper.transaction(isolation: .repeatableRead, readOnly: true) { helper in
                        _ = try await helper.pipeline(
                            [try Self.adopt(snapshot), OrganizationState.enter(organization), BulkStatements.plan])
                        return try await gather(ranges, history, from: start, read, helper)
                    }
                }
            }
            var sums: [Sum] = []
            for try await sum in group { sums.append(sum) }
            return sums
        }
    }

    /// Reads ranges of units until none is left.
    private func gather<Sum>(
        _ ranges: UnitRanges, _ history: BulkHistory, from start: Sum, _ read: (inout Sum, UnitPage.Unit) -> Void,
        _ connection: Connection
    ) async throws -> Sum {
        var sum = start
        while let range = ranges.next() {
            var after = range.after
            while true {
                let statement = BulkStatements.units(
                    after: after, through: range.through, knownAt: history.knownAt, limit: Self.page,
                    organization: organization)
                let page = UnitPage(try await connection.pipeline([statement])[0])
                try page.forEachUnit(
                    where: { !apart.contains($0) }, inForce: { history.corrections.inForce($0) }, { read(&sum, $0) })
                guard page.count == Self.page, let last = try page.last else { break }
                after = last
            }
        }
        return sum
    }

    /// SET TRANSACTION takes no parameters, so the snapshot's name has to be one that PostgreSQL writes.
    private static func adopt(_ snapshot: String) throws(PostgresError) -> Statement {
        guard
            snapshot.utf8.allSatisfy({
                $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) || (0x41...0x46).contains($0)
            })
        else { throw PostgresError(.protocol, "expected the name of a snapshot, got something else") }
        return Statement("SET TRANSACTION SNAPSHOT '\(snapshot)'", isCached: false)
    }

    /// What the log has beyond the facts: what scoring has not read, and what it has set aside.
    private static func eventsBeyondFacts(
        of organization: OrganizationID, parked: [UUIDBytes], _ connection: Connection
    ) async throws -> [RecordedEvent] {
        guard parked.count <= BulkEvaluation.limit else { throw BulkUnavailable.eventsSetAside }
        guard
            var tail = try await LogTail.events(
                of: organization, unreadBy: BulkEvaluation.consumer, limit: BulkEvaluation.limit, from: connection)
        else { throw BulkUnavailable.behind }
        if !parked.isEmpty {
            let setAside = try await LogTail.events(parked, of: organization, from: connection)
            guard setAside.count == parked.count else { throw BulkUnavailable.eventsSetAside }
            let unread = Set(tail.map(\.hash))
            tail += setAside.filter { !unread.contains($0.hash) }
        }
        guard !tail.isEmpty else { return [] }
        // A replay writes facts before scoring has read them.
        let known = try await connection.pipeline([
            FactStatements.known(tail.map(\.hash), organization: organization)
        ])[0]
        let hashes = Set(try known.map { row throws(PostgresError) in try row.uuid(0) })
        return tail.filter { !hashes.contains($0.hash) }
    }
}
