import Accountability
import EventLog
import Models
import Postgres

/// Adds up everybody's contributions: pages of units on all connections at once, then what doesn't come in pages.
struct BulkTallying: Sendable {
    /// Units in a page: a few hundred kilobytes.
    private static let page = 500
    /// Units loaded together where they are loaded one by one.
    private static let chunk = 250
    /// Ranges of units for each connection: uneven ones then end at much the same time.
    private static let rangesPerConnection = 8

    let organization: OrganizationID
    let history: BulkHistory
    /// Units that don't come in pages.
    let apart: Set<PersonID>
    let scorer: UnitScorer

    /// - Parameters:
    ///   - lead: In a transaction, whose moment `snapshot` is.
    ///   - helpers: Idle; each reads in a transaction of the same moment.
    func tallies(
        tail: [Event], lead: Connection, helpers: some Collection<Connection>, snapshot: String
    ) async throws -> Tallies {
        let ranges = UnitRanges(
            organization: history.organization, count: (1 + helpers.count) * Self.rangesPerConnection)
        var tallies = try await withThrowingTaskGroup(of: Tallies.self) { group in
            group.addTask { try await self.tally(ranges, lead) }
            for helper in helpers {
                group.addTask {
                    try await helper.transaction(isolation: .repeatableRead, readOnly: true) { helper in
                        _ = try await helper.pipeline(
                            [try Self.adopt(snapshot), OrganizationState.enter(organization), BulkStatements.plan])
                        return try await self.tally(ranges, helper)
                    }
                }
            }
            var sum = Tallies(scorer)
            for try await part in group { sum += part }
            return sum
        }
        try await addApart(to: &tallies, tail: tail, lead)
        tallies.addRemaining()
        return tallies
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

    /// Adds up ranges of units until none is left.
    private func tally(_ ranges: UnitRanges, _ connection: Connection) async throws -> Tallies {
        var tallies = Tallies(scorer)
        while let range = ranges.next() {
            var after = range.after
            while true {
                let statement = BulkStatements.units(
                    after: after, through: range.through, limit: Self.page, organization: organization)
                let page = UnitPage(try await connection.pipeline([statement])[0])
                try page.forEachUnit(
                    where: { !apart.contains($0) }, inForce: { history.corrections.inForce($0) },
                    { tallies.add($0.facts(leavingTo: apart)) })
                guard page.count == Self.page, let last = try page.last else { break }
                after = last
            }
        }
        return tallies
    }

    private func addApart(to tallies: inout Tallies, tail: [Event], _ connection: Connection) async throws {
        let units = Array(apart)
        for start in stride(from: 0, to: units.count, by: Self.chunk) {
            let chunk = Array(units[start..<min(start + Self.chunk, units.count)])
            let events = try await events(of: Set(chunk), tail: tail, connection)
            let inForce = events.filter { history.corrections.inForce($0) }
            let index = UnitIndex(inForce)
            for unit in chunk { tallies.add(index.facts(of: unit)) }
            for request in strays(in: inForce, index, of: Set(chunk), everIdentified: events) {
                tallies.add(requestWithoutGap: request)
            }
        }
    }

    /// Requests that stand with a chunk's units, as the only ones that any identification of their gap names, and belong
    /// to requesters who come in pages, because none of these identifications is in force: no page has them.
    private func strays(
        in inForce: [Event], _ index: UnitIndex, of chunk: Set<PersonID>, everIdentified events: [Event]
    ) -> [Event] {
        var parties: [GapID: Set<PersonID>] = [:]
        for event in events {
            guard case .gapIdentified(let data) = event.payload else { continue }
            parties[data.gap, default: []].insert(data.person)
        }
        return inForce.filter { event in
            guard case .trainingRequested(let data) = event.payload, let gap = data.gap, index.person(of: gap) == nil,
                let party = parties[gap], party.count == 1, !apart.contains(data.requestedBy)
            else { return false }
            return chunk.isSuperset(of: party)
        }
    }

    /// At least everything that the units' trials rest on, in force or not.
    private func events(of units: Set<PersonID>, tail: [Event], _ connection: Connection) async throws -> [Event] {
        let own = try await connection.pipeline([FactStatements.own(Array(units), organization: organization)])[0]
        let ownTail = tail.filter { event in
            if case .trainingRequested(let data) = event.payload { return units.contains(data.requestedBy) }
            return event.payload.person.map(units.contains) ?? false
        }
        var gaps = try FactRow.gaps(own)
        for event in ownTail where event.type == .gapIdentified || event.type == .trainingRequested {
            if let gap = event.payload.gap { gaps.insert(gap) }
        }
        var results = [own]
        if !gaps.isEmpty {
            results += try await connection.pipeline([FactStatements.gaps(Array(gaps), organization: organization)])
        }
        let ofGaps = tail.filter { $0.payload.gap.map(gaps.contains) ?? false }
        var seen: Set<EventIdentity> = []
        return (try FactRow.events(results) + ownTail + ofGaps).filter { seen.insert($0.identity).inserted }
    }
}
