import Models

/// What falls due with time: coaching, clarity, actions, climbing gaps and follow-ups.
extension UnitScorer {
    /// Days before an action is due on which its manager is reminded.
    private static let reminder = 3
    /// Days after which missing clarity is announced again.
    private static let clarityAgain = 28

    /// On days on which both are at work: every `cadence` days since the last session of the spell, or its beginning.
    func dueCoaching(_ person: PersonID, _ dossier: Dossier, _ tenure: Tenure, _ range: DayRange) -> [Situation] {
        guard let days = tenure.days.intersection(range) else { return [] }
        let away = organization.away(tenure.manager, dossier.person)
        let sessions = dossier.sessions.filter { $0.manager == tenure.manager && $0.day >= tenure.first }
        return (days.first...days.last).compactMap { day in
            let last = sessions.lastOfPrefix { $0.day <= day }
            let since = day - (last?.day ?? tenure.first)
            guard since > 0, since % policy.cadence == 0, !away.contains(where: { $0.contains(day) }) else {
                return nil
            }
            return Situation(
                .coachingDue, to: manager(tenure.manager), on: Day(number: day), person: person,
                distinction: [person.rawValue, Day(number: day).description],
                reason: last == nil
                    ? "\(person) has reported to you for \(since) days without a coaching session."
                    : "Your last coaching session with \(person) was \(since) days ago.",
                nextStep: "Prepare a situational conversation: the open gaps, the last observations, and the nine "
                    + "questions of coaching in context.",
                evidence: last.map { [$0.evidence] } ?? [])
        }
    }

    func missingClarity(_ person: PersonID, _ dossier: Dossier, _ tenure: Tenure, _ range: DayRange) -> [Situation] {
        guard let days = tenure.days.intersection(range) else { return [] }
        let first = tenure.first + policy.clarityGrace - 1
        return (days.first...days.last).compactMap { day in
            guard day >= first, (day - first) % Self.clarityAgain == 0, !isClear(dossier, on: day) else { return nil }
            return Situation(
                .clarityMissing, to: manager(tenure.manager), on: Day(number: day), person: person,
                distinction: [person.rawValue, Day(number: day).description],
                reason: "\(person) has reported to you for \(day - tenure.first + 1) days without having acknowledged "
                    + "what the role expects.",
                nextStep: "Define the role's expectations, or go through them with \(person).")
        }
    }

    private func isClear(_ dossier: Dossier, on day: Int) -> Bool {
        guard let assignment = organization.assignment(ofPlace: dossier.person, on: day), assignment.role >= 0,
            let definition = organization.definition(ofRole: assignment.role, on: day), definition.hasExpectations
        else { return false }
        return dossier.acknowledgements.contains { acknowledgement in
            acknowledgement.role == organization.roles[assignment.role]
                && acknowledgement.day >= definition.effectiveFrom && acknowledgement.day <= day
        }
    }

    func dueActions(
        _ person: PersonID, _ dossier: Dossier, _ gap: GapPath, _ tenure: Tenure, _ range: DayRange
    ) -> [Situation] {
        let start = max(gap.identified, tenure.first)
        let away = organization.away(tenure.manager, dossier.person)
        let due = Organization.after(start, policy.actionDue, away: away)
        let moments = [(NoticeKind.actionDue, due - Self.reminder), (.actionOverdue, due + 1)]
        return moments.compactMap { kind, day in
            guard range.contains(day), day >= start, tenure.days.contains(day), !gap.hasEnded(by: day) else {
                return nil
            }
            let own = Ownership(manager: tenure.manager, start: start, end: day, isOngoing: true, away: away)
            guard firstAction(dossier, gap, own) == nil else { return nil }
            return Situation(
                kind, to: manager(tenure.manager), on: Day(number: day), person: person, gap: gap.gap,
                distinction: [gap.gap.rawValue, Day(number: due).description],
                reason: kind == .actionDue
                    ? "The gap \(gap.gap) of \(person) wants a first action by \(Day(number: due))."
                    : "The gap \(gap.gap) of \(person) had no action by \(Day(number: due)), when it was due.",
                nextStep: "Choose a path: coaching, training, process, tool or role change.",
                evidence: [gap.evidence])
        }
    }

    func climbed(_ person: PersonID, _ dossier: Dossier, _ gap: GapPath, _ range: DayRange) -> [Situation] {
        climbs(dossier, gap, through: range.last).enumerated().flatMap { index, climb -> [Situation] in
            guard range.contains(climb.day) else { return [] }
            let owner = organization.manager(ofPlace: dossier.person, on: climb.day)
            let path = [gap.evidence] + gap.actions.map(\.evidence) + gap.observations.map(\.evidence)
            func situation(_ recipient: Situation.Recipient, _ nextStep: String) -> Situation {
                Situation(
                    .gapClimbed, to: recipient, on: Day(number: climb.day), person: person, gap: gap.gap,
                    distinction: [gap.gap.rawValue, String(index + 1)],
                    reason: "The gap \(gap.gap) of \(person) has been open for \(climb.day - gap.identified) days and "
                        + "reaches \(organization.people[climb.leader]).",
                    nextStep: nextStep, evidence: path.filter { $0.day <= climb.day })
            }
            let leader = organization.people[climb.leader]
            return [
                situation(
                    .person(leader, .leader),
                    "Talk to \(organization.people[owner]) first, with the gap's whole path so far."),
                situation(manager(owner), "Talk to \(leader) about what the gap still needs."),
            ]
        }
    }

    /// After each third of the follow-up time in which nobody observed the gap's behaviour.
    func dueFollowups(_ person: PersonID, _ dossier: Dossier, _ range: DayRange) -> [Situation] {
        let step = max(1, policy.followupDays / 3)
        return dossier.completions.flatMap { completion -> [Situation] in
            guard let gap = linkedGap(dossier, completion) else { return [] }
            return (1...3).compactMap { third in
                let day = completion.day + third * step
                let owner = organization.manager(ofPlace: dossier.person, on: day)
                guard range.contains(day), owner >= 0,
                    gap.lastObservation(in: DayRange(first: day - step + 1, last: day)) == nil
                else { return nil }
                return Situation(
                    .followupDue, to: manager(owner), on: Day(number: day), person: person, gap: gap.gap,
                    distinction: [
                        completion.evidence.identity.source, completion.evidence.identity.id, String(third * step),
                    ],
                    reason: "\(person) completed \(completion.programme) \(third * step) days ago, and nobody observed "
                        + "the gap \(gap.gap) for \(step) days.",
                    nextStep: "Record what \(person) does now.", evidence: [completion.evidence, gap.evidence])
            }
        }
    }
}
