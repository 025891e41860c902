package import Models

/// Decides the trials of one unit, by the rules of `scoring-model.md`, "A manager's measures" and "A programme's
/// measures". Units are independent of each other: any number may be scored at once.
package struct UnitScorer: Sendable {
    package let organization: Organization
    package let policy: Policy
    /// The number of the scored day, `t`.
    let today: Int
    /// The days `w0` to `t`.
    let window: DayRange
    let complementShare: Fraction
    let verifiedProgress: Fraction

    /// The scored day is the organisation's.
    package init(organization: Organization, policy: Policy) {
        self.organization = organization
        self.policy = policy
        today = organization.asOf.number
        window = DayRange(first: today - policy.window + 1, last: today)
        complementShare = Fraction(shortestDecimalOf: policy.complementShare)
        verifiedProgress = Fraction(shortestDecimalOf: policy.verifiedProgress)
    }

    package func score(_ unit: UnitFacts) -> UnitResult {
        result(tally(unit))
    }

    func result(_ sums: TallySink) -> UnitResult {
        UnitResult(
            contributions: Dictionary(
                uniqueKeysWithValues: sums.managers.map { (organization.people[$0.place], $0.contribution) }),
            programmes: Dictionary(uniqueKeysWithValues: sums.programmes.map { ($0.programme, $0.contribution) }),
            pending: sums.pending.map { pending in
                PendingTrial(
                    manager: organization.people[pending.place], measure: pending.measure, gap: pending.gap,
                    due: Day(number: pending.due))
            })
    }

    /// The unit's trials in the order of the measures, those that are pending included. By manager and measure they
    /// add up exactly to the contributions of ``score(_:)``.
    package func trials(_ unit: UnitFacts) -> [Trial] {
        list(unit).trials
    }

    /// The trials behind the programme contributions of ``score(_:)``.
    package func programmeTrials(_ unit: UnitFacts) -> [ProgrammeTrial] {
        list(unit).programmeTrials
    }

    /// Whether a trial of any of some managers rests on the unit, one that is pending included.
    package func gives(_ unit: UnitFacts, toAnyOf managers: Set<PersonID>) -> Bool {
        let sums = tally(unit)
        return sums.managers.contains { managers.contains(organization.people[$0.place]) }
            || sums.pending.contains { managers.contains(organization.people[$0.place]) }
    }

    /// The same rules on another day: of the units' facts, those in force on this one count.
    package func moved(to day: Day) -> UnitScorer {
        var organization = organization
        organization.asOf = day
        return UnitScorer(organization: organization, policy: policy)
    }

    /// The sums by place, for adding up many units.
    func tally(_ unit: UnitFacts) -> TallySink {
        tally(Dossier(unit, organization))
    }

    func tally(_ dossier: Dossier) -> TallySink {
        var sink = TallySink()
        decide(dossier, into: &sink)
        return sink
    }

    private func list(_ unit: UnitFacts) -> ListSink {
        let dossier = Dossier(unit, organization)
        var sink = ListSink(person: unit.person, gaps: dossier.gaps, organization: organization, policy: policy)
        decide(dossier, into: &sink)
        return sink
    }

    private func decide(_ dossier: Dossier, into sink: inout some TrialSink) {
        let tenures = tenures(of: dossier.person)
        if let current = tenures.last, current.last >= today {
            decideClarity(dossier, current, into: &sink)
        }
        decideCoaching(dossier, tenures, into: &sink)
        for gap in dossier.gaps {
            for tenure in tenures where tenure.last >= gap.identified {
                decideAction(dossier, gap, tenure, into: &sink)
                decideClosure(dossier, gap, tenure, into: &sink)
            }
            decideOutcome(gap, tenures.last, into: &sink)
            decideChain(dossier, gap, into: &sink)
        }
        decideTriage(dossier, into: &sink)
        decideProgrammes(dossier, into: &sink)
    }

    /// Those that began by the scored day; the last may go on after it.
    func tenures(of person: Int) -> ArraySlice<Tenure> {
        person < 0 ? [] : organization.tenures[person].prefix { $0.first <= today }
    }
}
