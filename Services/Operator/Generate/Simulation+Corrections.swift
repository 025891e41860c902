import Models

/// What people dispute, and what was recorded by mistake.
extension Simulation {
    /// Lets a piece of evidence be contested or retracted now and then.
    mutating func doubt(_ identity: EventIdentity, about person: Int, by recorder: Int) {
        latestEvidence = (identity, person)
        if random.chance(0.003) {
            schedule(.retract(identity, by: recorder), in: random.int(in: 1...10))
        } else if random.chance(0.004) {
            schedule(.contest(identity, person: person), in: random.int(in: 1...14))
        }
    }

    mutating func contest(_ identity: EventIdentity, by person: Int) {
        emit(
            "/onus",
            .evidenceContested(
                EvidenceContested(event: identity, by: id(person), reason: "It did not happen like that.")))
        if random.chance(0.75) { schedule(.resolve(identity, person: person), in: random.int(in: 2...12)) }
    }

    mutating func resolve(_ identity: EventIdentity, about person: Int) {
        // Decided above the manager where there is somebody.
        let manager = owner(of: person) ?? person
        let judge = owner(of: manager) ?? manager
        emit(
            "/onus",
            .evidenceResolved(
                EvidenceResolved(
                    event: identity, decision: random.chance(0.6) ? .stands : .removed, by: id(judge))))
    }

    mutating func retract(_ identity: EventIdentity, by recorder: Int) {
        emit(
            "/onus",
            .eventRetracted(
                EventRetracted(event: identity, reason: "Recorded for the wrong person.", by: id(recorder))))
    }

    mutating func contestLatest() {
        guard let evidence = latestEvidence else { return }
        contest(evidence.identity, by: evidence.person)
    }
}
