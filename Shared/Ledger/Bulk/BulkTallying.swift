import Accountability
import Models
import Postgres

/// Adds up everybody's contributions: pages of units on all connections at once, then what doesn't come in pages.
struct BulkTallying: Sendable {
    let moment: BulkMoment
    let history: BulkHistory
    let scorer: UnitScorer

    init(_ moment: BulkMoment, _ history: BulkHistory, policy: Policy) {
        self.moment = moment
        self.history = history
        scorer = UnitScorer(organization: history.organization, policy: policy)
    }

    func report() async throws -> ScoreReport {
        let apart = moment.apart
        let parts = try await moment.gather(history, from: Tallies(scorer)) { tallies, unit in
            tallies.add(unit.facts(leavingTo: apart))
        }
        var tallies = Tallies(scorer)
        for part in parts { tallies += part }
        try await addApart(to: &tallies)
        tallies.addRemaining()
        return tallies.report()
    }

    private func addApart(to tallies: inout Tallies) async throws {
        let units = Array(moment.apart)
        for start in stride(from: 0, to: units.count, by: BulkMoment.chunk) {
            let chunk = units[start..<min(start + BulkMoment.chunk, units.count)]
            let events = try await moment.events(of: chunk)
            let inForce = try await moment.inForce(events, history)
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
                let party = parties[gap], party.count == 1, !moment.apart.contains(data.requestedBy)
            else { return false }
            return chunk.isSuperset(of: party)
        }
    }
}
