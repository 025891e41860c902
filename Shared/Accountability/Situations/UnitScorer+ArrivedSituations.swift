package import Models

/// What comes about with an event: a surrogate, a returned request, contested evidence.
extension UnitScorer {
    /// The first outside coaching in a window of which the manager covers less than the complement's share: what came
    /// earlier in it, while the manager covered enough, stood in for nobody. How long the manager has had the person is
    /// the measure's matter, and none here.
    func surrogates(
        _ person: PersonID, _ dossier: Dossier, _ days: ClosedRange<Day>, _ arrived: Set<EventIdentity>
    ) -> [Situation] {
        dossier.outsideCoaching.compactMap { coaching in
            guard let day = announcement(coaching.evidence, days, arrived),
                let lack = lack(on: coaching.day, dossier)
            else { return nil }
            let isFirst = !dossier.outsideCoaching.contains { other in
                other.evidence < coaching.evidence && lack.owned.contains { $0.contains(other.day) }
                    && self.lack(on: other.day, dossier) != nil
            }
            guard isFirst else { return nil }
            let coverage = lack.coverage
            return Situation(
                .surrogateCoaching, to: manager(lack.owner), on: day, person: person,
                distinction: [coaching.evidence.identity.source, coaching.evidence.identity.id],
                reason: "\(person) is coached from outside, while your coaching covers \(coverage.covered) of "
                    + "\(coverage.days) days.",
                nextStep: "Complement it: agree with \(person) what you coach yourself, and when.",
                evidence: [coaching.evidence] + coverage.sessions.map(\.evidence))
        }
    }

    /// Who owns the person's performance on a day and covers less than the complement's share of their own days in the
    /// window up to it; nil where nobody does. Days on leave are nobody's omission.
    private func lack(
        on day: Int, _ dossier: Dossier
    ) -> (owner: Int, owned: [DayRange], coverage: (days: Int, covered: Int, sessions: [Dossier.Session]))? {
        let owner = organization.manager(ofPlace: dossier.person, on: day)
        guard owner >= 0 else { return nil }
        let window = DayRange(first: day - policy.window + 1, last: day)
        let owned = organization.tenures[dossier.person].filter { $0.manager == owner }
            .compactMap { $0.days.intersection(window) }
        let coverage = coverage(dossier, owner, owned)
        guard coverage.days > 0, Fraction(coverage.covered, coverage.days) < complementShare else { return nil }
        return (owner, owned, coverage)
    }

    /// Requests that fail triage, to the requester and the L&D contact.
    func returnedRequests(
        _ person: PersonID, _ dossier: Dossier, _ days: ClosedRange<Day>, _ arrived: Set<EventIdentity>
    ) -> [Situation] {
        dossier.requests.flatMap { request -> [Situation] in
            guard let day = announcement(request.evidence, days, arrived),
                organization.isManager(place: request.requester, on: request.day),
                let fault = triage(dossier, request).fault
            else { return [] }
            let requester = organization.people[request.requester]
            let gap = request.gap.map { dossier.gaps[$0] }
            let recipients: [Situation.Recipient] = [.person(requester, .requester), .learningAndDevelopment]
            return recipients.map { recipient in
                Situation(
                    .requestReturned, to: recipient, on: day, person: gap == nil ? nil : person, gap: gap?.gap,
                    distinction: [request.evidence.identity.source, request.evidence.identity.id], reason: fault,
                    nextStep: "Add what is missing: a gap, its cause, or coaching first.",
                    evidence: [request.evidence, gap?.evidence].compactMap(\.self))
            }
        }
    }

    /// Who is told that evidence is contested: the manager who owns the person's performance on the scored day, if
    /// anybody does, and the HR contact.
    ///
    /// - Parameters:
    ///   - contest: A contest in force. What it names may be contested by its type.
    ///   - target: The event that it names.
    ///   - unit: Whom the event is about: its person, its gap's, or the requester; `nil` for a role's definition.
    /// - Returns: Nothing where the event may not be contested, or the contest is no news.
    package func contested(_ contest: Event, target: Event, unit: PersonID?) -> [Situation] {
        guard case .evidenceContested(let data) = contest.payload, target.payload.target == nil else { return [] }
        let today = organization.asOf
        guard announcement(contest.order, today...today, [contest.identity]) != nil else { return [] }
        let owner = unit.flatMap { organization.manager(of: $0, on: today) }
        let recipients =
            [owner.map { Situation.Recipient.person($0, .manager) }, .humanResources].compactMap(\.self)
        return recipients.map { recipient in
            Situation(
                .evidenceContested, to: recipient, on: today, person: unit, gap: target.payload.gap,
                distinction: [contest.identity.source, contest.identity.id],
                reason: "\(data.by) contests an event of \(target.day); it doesn't count until somebody decides.",
                nextStep: "Decide: it stands, or it is removed.", evidence: [target.order, contest.order])
        }
    }
}
