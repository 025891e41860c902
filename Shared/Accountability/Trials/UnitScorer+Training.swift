import Models

/// Triage, and the measures of programmes: what training is asked for, and what it changes.
extension UnitScorer {
    func decideTriage(_ dossier: Dossier, into sink: inout some TrialSink) {
        for request in dossier.requests
        where window.contains(request.day) && organization.isManager(place: request.requester, on: request.day) {
            let (fault, session) = triage(dossier, request)
            sink.count(.triage, request.requester, trials: 1, credits: fault == nil ? 2 : 0) {
                let gap = request.gap.map { dossier.gaps[$0] }
                let evidence = [request.evidence, gap?.evidence, session?.evidence].compactMap(\.self)
                return TrialDetail(
                    decidedOn: request.day, gap: gap, occasion: .event(request.evidence.identity), evidence: evidence,
                    explanation: fault ?? "Asked for after coaching, for a gap that training can close.")
            }
        }
    }

    /// What is missing from a request; with `nil`, the session that completes it.
    func triage(_ dossier: Dossier, _ request: Dossier.Request) -> (fault: String?, session: Dossier.Session?) {
        guard let gap = request.gap.map({ dossier.gaps[$0] }), gap.identified <= request.day else {
            return ("Asked for without a gap that was identified.", nil)
        }
        guard gap.cause.isTrainable else { return ("Asked for a gap that training can't close.", nil) }
        let lookback = DayRange(first: request.day - policy.triageLookback, last: request.day)
        let session = dossier.sessions.last { $0.manager == request.requester && lookback.contains($0.day) }
        return (session == nil ? "Asked for before coaching the person." : nil, session)
    }

    func decideProgrammes(_ dossier: Dossier, into sink: inout some TrialSink) {
        let days = DayRange(first: today - policy.programmeWindow + 1, last: today)
        for completion in dossier.completions where days.contains(completion.day) {
            let gap = linkedGap(dossier, completion)
            sink.count(.linkage, of: completion, isCredited: gap != nil) {
                [completion.evidence, gap?.evidence].compactMap(\.self)
            }
            guard let gap else { continue }
            let due = completion.day + policy.followupDays
            if due < today {
                let seen = gap.lastObservation(in: DayRange(first: completion.day + 1, last: due))
                sink.count(.followup, of: completion, isCredited: seen != nil) {
                    [completion.evidence, gap.evidence, seen?.evidence].compactMap(\.self)
                }
            }
            let after = DayRange(first: completion.day + 1, last: min(due, today))
            if let before = gap.lastObservation(in: DayRange(first: .min, last: completion.day)),
                let then = gap.lastObservation(in: after)
            {
                sink.count(.change, of: completion, isCredited: then.level > before.level) {
                    [completion.evidence, gap.evidence, before.evidence, then.evidence]
                }
            }
        }
    }

    /// The person's own gap that a completion names, if it was identified by then.
    func linkedGap(_ dossier: Dossier, _ completion: Dossier.Completion) -> GapPath? {
        guard let gap = completion.gap.map({ dossier.gaps[$0] }), gap.identified <= completion.day else { return nil }
        return gap
    }
}
