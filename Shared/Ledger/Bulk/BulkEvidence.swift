import Accountability
import EventLog
import Models
import Postgres

/// What the scores of a few managers rest on, by one history or several: the facts of the units that give to any of them,
/// and nobody else's.
struct BulkEvidence: Sendable {
    /// One of the questions: by which history, and by which constants.
    struct Side: Sendable {
        let history: BulkHistory
        let scorer: UnitScorer
        /// Whether the facts have to suffice for what could be done next, too.
        let looksAhead: Bool

        init(_ history: BulkHistory, _ policy: Policy, looksAhead: Bool = false) {
            self.history = history
            self.looksAhead = looksAhead
            scorer = UnitScorer(organization: history.organization, policy: policy)
        }

        /// Of the history's day, and of the day up to which next steps look ahead.
        var scorers: [UnitScorer] {
            looksAhead ? [scorer, scorer.moved(to: scorer.policy.lastCovered(from: history.day))] : [scorer]
        }
    }

    /// Of each side.
    let assessments: [Assessment]
    /// Everybody whose facts they have: at least the units that a trial of the managers rests on.
    let units: Set<PersonID>

    /// - Parameter fewPeople: Up to so many people below the managers are looked up one by one.
    static func load(
        of managers: Set<PersonID>, _ sides: [Side], fewPeople: Int, _ moment: BulkMoment
    ) async throws -> BulkEvidence {
        var units = try await candidates(managers, sides, fewPeople, moment)
        if units == nil { units = try await givers(to: managers, sides, moment) }
        let found = Array(units ?? [])
        var events: [Event] = []
        var seen: Set<EventIdentity> = []
        for start in stride(from: 0, to: found.count, by: BulkMoment.chunk) {
            let chunk = found[start..<min(start + BulkMoment.chunk, found.count)]
            // What two persons share comes with both.
            events += try await moment.events(of: chunk).filter { seen.insert($0.identity).inserted }
        }
        var assessments: [Assessment] = []
        for side in sides {
            let facts = try await moment.inForce(events, side.history)
            assessments.append(
                Assessment(organization: side.history.organization, facts: facts, policy: side.scorer.policy))
        }
        return BulkEvidence(assessments: assessments, units: Set(found))
    }

    /// All units that can give to the managers, by who was below whom; nil where they are many.
    private static func candidates(
        _ managers: Set<PersonID>, _ sides: [Side], _ fewPeople: Int, _ moment: BulkMoment
    ) async throws -> Set<PersonID>? {
        var units = try await asked(by: managers, moment)
        for side in sides {
            for manager in managers {
                guard let below = side.history.organization.everBelow(manager, limit: fewPeople) else { return nil }
                units.formUnion(below)
            }
        }
        return units.count > fewPeople ? nil : units
    }

    /// The units that give to the managers, found by scoring everybody.
    private static func givers(
        to managers: Set<PersonID>, _ sides: [Side], _ moment: BulkMoment
    ) async throws -> Set<PersonID> {
        // What doesn't come in pages is not worth scoring twice.
        var units = try await asked(by: managers, moment).union(moment.apart)
        for side in sides {
            // Who has no facts, and so is on no page, gives trials all the same.
            units.formUnion(side.history.organization.everReported(toAnyOf: managers))
            let scorers = side.scorers
            let found = try await moment.gather(side.history, from: Set<PersonID>()) { found, unit in
                let facts = unit.facts
                if scorers.contains(where: { $0.gives(facts, toAnyOf: managers) }) { found.insert(unit.person) }
            }
            for part in found { units.formUnion(part) }
        }
        return units
    }

    /// The managers themselves, whose own requests are theirs, and everybody with whom a request of theirs may stand.
    private static func asked(by managers: Set<PersonID>, _ moment: BulkMoment) async throws -> Set<PersonID> {
        let statement = FactStatements.requests(by: Array(managers), organization: moment.organization)
        var gaps: Set<GapID> = []
        for row in try await moment.lead.pipeline([statement])[0] {
            if let gap = try row.optionalText(1) { gaps.insert(GapID(unchecked: gap)) }
        }
        for recorded in moment.tail {
            guard case .trainingRequested(let data) = recorded.event.payload, managers.contains(data.requestedBy)
            else { continue }
            if let gap = data.gap { gaps.insert(gap) }
        }
        var units = managers
        let parties = FactStatements.parties(toGaps: Array(gaps), organization: moment.organization)
        for row in try await moment.lead.pipeline([parties])[0] {
            if let party = try row.optionalText(1) { units.insert(PersonID(unchecked: party)) }
        }
        for recorded in moment.tail {
            guard case .gapIdentified(let data) = recorded.event.payload, gaps.contains(data.gap) else { continue }
            units.insert(data.person)
        }
        return units
    }
}
