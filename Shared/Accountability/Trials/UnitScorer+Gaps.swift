import Models

/// Action, closure and outcome: what a manager does about a person's gaps.
extension UnitScorer {
    /// A gap under one manager: the days of the spell on which both lie.
    struct Ownership {
        let manager: Int
        /// `max(i, a)`.
        let start: Int
        /// `b`, at most the scored day.
        let end: Int
        /// Whether the person was still the manager's on the scored day.
        let isOngoing: Bool
        let away: [DayRange]

        var occasion: TrialOccasion { .since(Day(number: start)) }
    }

    /// `nil` where the gap ended before the manager had it.
    func ownership(_ dossier: Dossier, _ gap: GapPath, _ tenure: Tenure) -> Ownership? {
        let start = max(gap.identified, tenure.first)
        let end = min(tenure.last, today)
        guard start <= end, !gap.hasEnded(before: start) else { return nil }
        return Ownership(
            manager: tenure.manager, start: start, end: end, isOngoing: end == today,
            away: organization.away(tenure.manager, dossier.person))
    }

    func decideAction(_ dossier: Dossier, _ gap: GapPath, _ tenure: Tenure, into sink: inout some TrialSink) {
        guard let own = ownership(dossier, gap, tenure) else { return }
        let due = Organization.after(own.start, policy.actionDue, away: own.away)
        let answer = [
            firstAction(dossier, gap, own), gap.end.flatMap { $0.isClosed && $0.day <= own.end ? $0.evidence : nil },
        ].compactMap(\.self).min()
        if let answer, answer.day <= due {
            guard window.contains(answer.day) else { return }
            sink.count(.action, own.manager, trials: 1, credits: 2) {
                TrialDetail(
                    decidedOn: answer.day, gap: gap, occasion: own.occasion, evidence: [gap.evidence, answer],
                    explanation: "Acted on in time; it was due by \(Day(number: due)).")
            }
            return
        }
        decideOmission(.action, gap, own, due, answer, "Not acted on by \(Day(number: due)).", into: &sink)
    }

    /// The earliest of the manager's actions on the gap and of their sessions with its person that name it.
    func firstAction(_ dossier: Dossier, _ gap: GapPath, _ own: Ownership) -> EventOrder? {
        let days = DayRange(first: own.start, last: min(own.end, gap.end?.day ?? own.end))
        let actions = gap.actions.lazy.filter { $0.by == own.manager && days.contains($0.day) }.map(\.evidence)
        let sessions = dossier.sessions.lazy.filter { session in
            session.manager == own.manager && session.gap == gap.gap && days.contains(session.day)
        }.map(\.evidence)
        return [actions.min(), sessions.min()].compactMap(\.self).min()
    }

    func decideClosure(_ dossier: Dossier, _ gap: GapPath, _ tenure: Tenure, into sink: inout some TrialSink) {
        guard let own = ownership(dossier, gap, tenure) else { return }
        let due = Organization.after(own.start, policy.closureDue, away: own.away)
        if let end = gap.end, end.isClosed, end.day <= min(own.end, due) {
            guard window.contains(end.day) else { return }
            let proof = verification(gap, end, own)
            sink.count(.closure, own.manager, trials: 1, credits: proof == nil ? policy.unverifiedHalves : 2) {
                let evidence = [gap.evidence, end.evidence] + (proof.map { $0 == end.evidence ? [] : [$0] } ?? [])
                return TrialDetail(
                    decidedOn: end.day, gap: gap, occasion: own.occasion, evidence: evidence,
                    explanation: proof == nil
                        ? "Closed in time; nothing shows that it changed anything." : "Closed in time and verified.")
            }
            return
        }
        decideOmission(
            .closure, gap, own, due, gap.end?.evidence, "Not closed by \(Day(number: due)).", into: &sink)
    }

    /// The event that verifies a closure; `nil` where none does.
    private func verification(_ gap: GapPath, _ end: GapPath.End, _ own: Ownership) -> EventOrder? {
        if end.outcome == .roleChanged { return end.evidence }
        let days = DayRange(first: own.start, last: end.day)
        if let last = gap.lastObservation(in: days, notBy: own.manager), last.level >= policy.verifiedLevel {
            return last.evidence
        }
        if let last = gap.lastMeasurement(in: days), let progress = gap.progress(of: last.value),
            progress >= verifiedProgress
        {
            return last.evidence
        }
        return nil
    }

    /// What was not done by `due`: no trial where the gap was withdrawn or the person moved on in time; otherwise a
    /// trial without credit, or a pending one.
    private func decideOmission(
        _ measure: Measure, _ gap: GapPath, _ own: Ownership, _ due: Int, _ late: EventOrder?,
        _ explanation: String, into sink: inout some TrialSink
    ) {
        if let end = gap.end, !end.isClosed, end.day <= min(own.end, due) { return }
        if own.end < due, !own.isOngoing { return }
        guard today > due else {
            sink.pending(measure, own.manager, gap: gap.gap, due: due) {
                TrialDetail(
                    gap: gap, occasion: own.occasion, evidence: [gap.evidence],
                    explanation: "Due by \(Day(number: due)).")
            }
            return
        }
        guard window.contains(due) else { return }
        sink.count(measure, own.manager, trials: 1, credits: 0) {
            TrialDetail(
                decidedOn: due, gap: gap, occasion: own.occasion, evidence: [gap.evidence] + (late.map { [$0] } ?? []),
                explanation: explanation)
        }
    }

    /// - Parameter last: The person's last tenure, which counts where it is ongoing.
    func decideOutcome(_ gap: GapPath, _ last: Tenure?, into sink: inout some TrialSink) {
        guard let current = last, current.last >= today, gap.metric != nil, gap.end?.isClosed ?? true else { return }
        let start = max(gap.identified, current.first)
        guard !gap.hasEnded(before: start) else { return }
        let days = DayRange(first: max(start, window.first), last: today)
        guard let measured = gap.lastMeasurement(in: days), let progress = gap.progress(of: measured.value) else {
            return
        }
        sink.countOutcome(current.manager, progress: progress) {
            TrialDetail(
                decidedOn: measured.day, gap: gap, evidence: [gap.evidence, measured.evidence],
                explanation: "The last measurement's way from baseline to target.")
        }
    }

    func decideChain(_ dossier: Dossier, _ gap: GapPath, into sink: inout some TrialSink) {
        for climb in climbs(dossier, gap, through: today) {
            if let end = gap.end, end.day <= climb.due {
                guard end.isClosed, window.contains(end.day) else { continue }
                sink.count(.chain, climb.leader, trials: 1, credits: 2) {
                    TrialDetail(
                        decidedOn: end.day, gap: gap, occasion: .since(Day(number: climb.day)),
                        evidence: [gap.evidence, end.evidence],
                        explanation: "Closed after it climbed on \(Day(number: climb.day)).")
                }
            } else if today > climb.due {
                guard window.contains(climb.due) else { continue }
                sink.count(.chain, climb.leader, trials: 1, credits: 0) {
                    TrialDetail(
                        decidedOn: climb.due, gap: gap, occasion: .since(Day(number: climb.day)),
                        evidence: [gap.evidence],
                        explanation: "Climbed on \(Day(number: climb.day)), not closed by \(Day(number: climb.due)).")
                }
            } else {
                sink.pending(.chain, climb.leader, gap: gap.gap, due: climb.due) {
                    TrialDetail(
                        gap: gap, occasion: .since(Day(number: climb.day)), evidence: [gap.evidence],
                        explanation: "Climbed on \(Day(number: climb.day)), due by \(Day(number: climb.due)).")
                }
            }
        }
    }

    /// The leaders an open gap reaches by a day, in order: who, on which day, and by when it is to be closed.
    func climbs(_ dossier: Dossier, _ gap: GapPath, through last: Int) -> [(leader: Int, day: Int, due: Int)] {
        var climbs: [(leader: Int, day: Int, due: Int)] = []
        var day = gap.identified + policy.climbEvery
        while day <= last, !gap.hasEnded(by: day) {
            let leader = organization.leader(steps: climbs.count + 1, above: dossier.person, on: day)
            if leader < 0 { break }
            let away = organization.away(leader, leader)
            climbs.append((leader, day, Organization.after(day, policy.chainDue, away: away)))
            day += policy.climbEvery
        }
        return climbs
    }
}
