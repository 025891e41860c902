import Models

/// Clarity, coaching, situational and complement: what a manager does with a person, gap or none.
extension UnitScorer {
    func decideClarity(_ dossier: Dossier, _ current: Tenure, into sink: inout some TrialSink) {
        guard current.first <= today - (policy.clarityGrace - 1),
            let assignment = organization.assignment(ofPlace: dossier.person, on: today)
        else { return }
        let definition =
            assignment.role < 0 ? nil : organization.definition(ofRole: assignment.role, on: today)
        let acknowledgement = definition.flatMap { definition in
            dossier.acknowledgements.filter { acknowledgement in
                acknowledgement.role == organization.roles[assignment.role]
                    && acknowledgement.day >= definition.effectiveFrom && acknowledgement.day <= today
            }.max { $0.evidence < $1.evidence }
        }
        let isClear = acknowledgement != nil && definition?.hasExpectations == true
        sink.count(.clarity, current.manager, trials: 1, credits: isClear ? 2 : 0) {
            let explanation: String
            switch (definition?.hasExpectations, acknowledgement) {
            case (nil, _): explanation = "The person's role is not set or not defined."
            case (false?, _): explanation = "The role's definition has no expectations."
            case (true?, nil): explanation = "The role's expectations were not acknowledged since they hold."
            case (true?, _?): explanation = "The role's expectations were acknowledged."
            }
            let evidence = [assignment.evidence, definition?.evidence, acknowledgement?.evidence].compactMap(\.self)
            return TrialDetail(evidence: evidence, explanation: explanation)
        }
    }

    /// Also situational and complement, which rest on the same sessions and days.
    func decideCoaching(_ dossier: Dossier, _ tenures: ArraySlice<Tenure>, into sink: inout some TrialSink) {
        for session in dossier.sessions where window.contains(session.day) {
            sink.count(.situational, session.manager, trials: 1, credits: session.isSituational ? 2 : 0) {
                TrialDetail(
                    decidedOn: session.day, occasion: .event(session.evidence.identity), evidence: [session.evidence],
                    explanation: session.isSituational
                        ? "Coached in context, observed at work." : "Coached without observation or context.")
            }
        }
        let inWindow = tenures.drop { $0.last < window.first }
        for (index, tenure) in zip(inWindow.indices, inWindow)
        where !inWindow[..<index].contains(where: { $0.manager == tenure.manager }) {
            decideCoverage(
                dossier, tenure.manager,
                inWindow[index...].filter { $0.manager == tenure.manager }.compactMap { $0.days.intersection(window) },
                into: &sink)
        }
    }

    /// - Parameter days: The window days on which the person was the manager's: ascending and disjoint.
    private func decideCoverage(
        _ dossier: Dossier, _ manager: Int, _ days: [DayRange], into sink: inout some TrialSink
    ) {
        let coverage = coverage(dossier, manager, days)
        guard coverage.days > 0 else { return }
        sink.count(.coaching, manager, trials: coverage.days, credits: coverage.covered) {
            TrialDetail(
                evidence: coverage.sessions.map(\.evidence),
                explanation: "\(coverage.covered) of \(coverage.days) days are within "
                    + "\(policy.cadence) days of a coaching session.")
        }
        guard coverage.days >= policy.complementDays else { return }
        let outside = dossier.outsideCoaching.filter { coaching in days.contains { $0.contains(coaching.day) } }
        guard !outside.isEmpty else { return }
        let isComplement = Fraction(coverage.covered, coverage.days) >= complementShare
        sink.count(.complement, manager, trials: 1, credits: isComplement ? 2 : 0) {
            TrialDetail(
                evidence: outside.map(\.evidence) + coverage.sessions.map(\.evidence),
                explanation: isComplement
                    ? "Outside coaching complements the manager's." : "Outside coaching stands in for the manager's.")
        }
    }

    /// `D`, `V` and the sessions that may cover any of the days, which are ascending and disjoint.
    func coverage(
        _ dossier: Dossier, _ manager: Int, _ days: [DayRange]
    ) -> (days: Int, covered: Int, sessions: [Dossier.Session]) {
        let away = organization.away(manager, dossier.person)
        let working = away.isEmpty ? days : days.flatMap { $0.without(away) }
        let first = days.first?.first ?? window.first
        let sessions = dossier.sessions.filter { $0.manager == manager && $0.day + policy.cadence > first }
        let covered = DayRange.merged(
            sessions.map { DayRange(first: $0.day, last: $0.day + policy.cadence - 1) })
        return (working.reduce(0) { $0 + $1.count }, DayRange.commonDays(working, covered), sessions)
    }
}
