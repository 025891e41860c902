import EventLog
import Models

/// Turns what a file says of a person into events: one per period, one more where a period ends and none follows, and a
/// retraction for each earlier event that the file no longer supports.
///
/// Source: docs/hris.md; the columns are those of deploy/sample/hris.
struct HRISRule: Sendable {
    /// What one person comes to.
    struct Outcome: Sendable {
        /// New assignments, in the order of events; to be sent before the retractions, so that nobody is without one in
        /// between.
        var events: [Event] = []
        /// How many assignments stand already.
        var unchanged = 0
        /// Of the earlier events, those that no longer stand.
        var retracted: [EventIdentity] = []
        /// Whether earlier files had the person, and they had not left since.
        var wasThere = false
        /// Whether the person was there and is gone from this snapshot.
        var isLost = false
    }

    let source: String
    let mode: ImportMode

    /// The `source` of an HR system's events.
    static func source(name: String) -> String { "/hris/\(name)" }

    /// The event that retracts one.
    static func retraction(of identity: EventIdentity, at now: Instant) -> Event {
        Event(
            identity: EventIdentity(source: identity.source, id: "retract-\(identity.id)"), time: now,
            payload: .eventRetracted(
                EventRetracted(event: identity, reason: "The row changed or vanished in a later snapshot.")))
    }

    func outcome(of person: HRISPerson) -> Outcome {
        let standing = person.earlier.filter { !$0.isRetracted }
        guard person.isInFile else { return outcome(ofMissing: person, standing) }
        var outcome = Outcome(wasThere: !standing.isEmpty)
        guard !person.hasBadRow else { return outcome }
        let rows = person.rows.map(\.row)
        let starts = mode == .delta ? DeltaRule.starts(of: person.earlier) : []
        let wanted = assignments(rows, unless: starts)
        var identities = IdentityBook(source: source, earlier: person.earlier)
        for (name, assignment) in wanted {
            guard let identity = identities.claim(name) else { continue }
            outcome.events.append(
                Event(
                    identity: identity, time: Instant(startOf: assignment.effectiveFrom),
                    payload: .personUpdated(assignment)))
        }
        outcome.events.sort(by: Event.precedes)
        outcome.unchanged = wanted.count - outcome.events.count
        let gone: [HRISPerson.Earlier] =
            switch mode {
            case .delta: DeltaRule.replaced(identities.unclaimed, by: wanted.map(\.assignment))
            case .snapshot(.retract, on: _): identities.unclaimed
            case .snapshot(.leave, on: _): LeaverRule.contradicted(identities.unclaimed, by: rows)
            }
        outcome.retracted = gone.map(\.identity)
        return outcome
    }

    /// The file does not know the person.
    private func outcome(ofMissing person: HRISPerson, _ standing: [HRISPerson.Earlier]) -> Outcome {
        guard !standing.isEmpty else { return Outcome() }
        switch mode {
        case .delta: return Outcome(wasThere: true)
        case .snapshot(.retract, on: _):
            return Outcome(retracted: standing.map(\.identity).sorted(), wasThere: true, isLost: true)
        case .snapshot(.leave, on: let day):
            let end = LeaverRule.end(of: standing, on: day)
            var outcome = Outcome()
            var identities = IdentityBook(source: source, earlier: person.earlier)
            if let (name, assignment) = end.leave, let identity = identities.claim(name) {
                outcome.events = [
                    Event(identity: identity, time: LeaverRule.time(day), payload: .personUpdated(assignment))
                ]
            }
            // A leave of that day that stands begins on the day as well, and goes on standing.
            let unclaimed = Set(identities.unclaimed.map(\.identity))
            outcome.retracted = end.retracted.map(\.identity).filter(unclaimed.contains).sorted()
            outcome.isLost = !outcome.events.isEmpty || !outcome.retracted.isEmpty
            outcome.wasThere = outcome.isLost
            return outcome
        }
    }

    /// The assignments that rows say, by the name that their identity is made from; no name twice.
    ///
    /// - Parameter starts: Days on which the person is known to go on, which are no ends.
    private func assignments(
        _ rows: [HRISRow], unless starts: Set<Day>
    ) -> [(name: String, assignment: PersonUpdated)] {
        var hashes: Set<String> = []
        let periods = rows.filter { !$0.isEmpty && hashes.insert($0.hash).inserted }
        var assignments: [(String, PersonUpdated)] = []
        for period in periods {
            assignments.append((period.hash, period.assignment(from: period.start, active: true)))
            guard let end = period.end, !starts.contains(end), !periods.contains(where: { $0.covers(end) }) else {
                continue
            }
            assignments.append(("\(period.hash)-end", period.assignment(from: end, active: false)))
        }
        return assignments
    }
}

extension HRISRow {
    /// An inactive assignment keeps the manager: to them falls what the leaver leaves.
    fileprivate func assignment(from day: Day, active: Bool) -> PersonUpdated {
        PersonUpdated(
            person: person, effectiveFrom: day, active: active, manager: manager, role: role, unit: unit, name: name,
            email: email)
    }
}
