import Models

extension StudyReport {
    /// What the study rests on: its size, the policy, what a true score is and how the evidence is simulated. A test
    /// compares the published page with it, so that the page can't go stale unseen.
    package static func assumptions(_ study: Study) -> String {
        let workload = Workload()
        let policy = study.policy
        return """
            ## How it is made
            \(study.managers) managers a cell, seed \(study.seed). Each is simulated as events, with all that began before \
            the window, and scored by the code that scores real people (`Scoring.report`: corrections, the organisation, \
            trials, contributions, posterior), on one day; since everything simulated is stationary, that is a random day. A \
            coverage of 90 % has a standard error of \
            \(FixedPoint.percent((0.09 / Double(study.managers)).squareRoot(), 2)) points.

            The policy:
            ```json
            \(policy.json.serialized)
            ```

            **The true score** is the mean of the manager's true rates, weighted as the policy weighs the measures that \
            apply to the manager on the scored day. A measure that does not apply is in neither score. A true rate is the \
            credit that one trial brings on average:
            - *clarity*, *action*, *triage*, *situational*, *chain*: the probability that a trial is credited, drawn by the \
            population, each trial by itself. *chain* is simulated from below: people whom one of the reports leads have gaps \
            that climb to the manager, who gets them closed in time with this probability.
            - *coaching*: the share of days within the cadence of a session, `V/D` expected, of a stationary process in time. \
            For a Poisson process of rate λ that is `1 − exp(−\(policy.cadence)·λ)`: λ follows from the rate that the \
            population draws.
            - *closure*: the expected credit. Of a rate `q`, `min(q, 1 − q)` of the gaps are closed without verification \
            (credit \(FixedPoint.text(policy.unverifiedCredit, 2))) and as many verified (credit 1) as make the mean `q`.
            - *outcome*: the expected progress. Progress is drawn from Beta(2q, 2(1 − q)), in whole hundredths.
            - *complement* is nobody's choice: it follows from how often a window's covered days reach \
            \(FixedPoint.text(policy.complementShare, 2)) of all. Its rate is a function of the coaching rate, measured with \
            the real code at \(ComplementCurve.points.count) coaching rates, on as many people each as there are managers a \
            cell. (A uniform manager at 0.9 so has a complement rate near 1.)

            Rates are kept in \(Rates.range.lowerBound) to \(Rates.range.upperBound).

            **How much happens**, which decides how many trials there are: a report has a gap every \
            \(days(workload.gaps)) days; \(FixedPoint.percent(workload.measured, 0)) % of gaps have a metric, measured \
            once after closure was due; a training request a report every \(days(workload.requests)) days; \
            \(FixedPoint.percent(workload.outside, 0)) % of reports have an outside coach, who comes every \
            \(days(workload.outsideSessions)) days; a gap climbs from below every \(days(workload.climbing)) days a report. \
            All of these come as Poisson processes.
            """
    }

    private static func days(_ rate: Double) -> String { FixedPoint.text(1 / rate, 0) }
}
