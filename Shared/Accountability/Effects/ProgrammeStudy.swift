import Models

/// Differences in differences for one programme, in the manner of Callaway and Sant'Anna (2021): each trained gap
/// against those of the same cause that were identified about when it was and are not trained yet, over the same days.
/// Nobody who was trained before serves as a comparison for somebody trained later.
struct ProgrammeStudy {
    /// A gap whose person completed the programme for it, as the first training since it was identified.
    struct Trained {
        /// Its place among the courses.
        let place: Int
        let day: Int
        /// The day of the next training, by another programme; what happens from then on isn't this one's alone.
        let nextTraining: Int
    }

    let programme: ProgrammeID
    let pool: ComparisonPool
    let trained: [Trained]
    let funnel: ProgrammeEffect.Funnel

    init(_ programme: ProgrammeID, _ pool: ComparisonPool) {
        var linked = 0
        var trained: [Trained] = []
        for (place, course) in pool.courses.enumerated() {
            let own = course.completions.first {
                $0.programme == programme && $0.gap == course.gap && $0.day >= course.identified
            }
            guard let day = own?.day, course.end?.ending != .withdrawn else { continue }
            linked += 1
            let isFirst = course.completions.allSatisfy { other in
                other.day > day || (other.day < course.identified && other.programme != programme)
                    || (other.day == day && other.programme == programme)
            }
            guard isFirst, !course.hasEnded(by: day) else { continue }
            let next = course.completions.first { $0.day > day && $0.programme != programme }
            trained.append(Trained(place: place, day: day, nextTraining: next?.day ?? .max))
        }
        self.programme = programme
        self.pool = pool
        self.trained = trained
        funnel = ProgrammeEffect.Funnel(linked: linked, firstTrained: trained.count)
    }

    func effect() -> ProgrammeEffect {
        ProgrammeEffect(
            programme: programme, funnel: funnel, behaviour: outcome(\.levels), progress: outcome(\.progress))
    }

    private func outcome(_ readings: KeyPath<GapCourse, [GapCourse.Reading]>) -> ProgrammeEffect.Outcome {
        let design = pool.design
        let periods = (1...design.periodsAfter).map { number in
            sample(readings) { Comparison.effect(number, of: $0, design: design) }
        }
        let before = sample(readings) { Comparison.placebo(of: $0, design: design) }
        return ProgrammeEffect.Outcome(
            overall: finding(periods.reduce(into: DifferenceSample()) { $0 += $1 }), periods: periods.map(finding),
            before: finding(before))
    }

    /// The trained gaps that could be seen on both sides, each with those that it is compared with.
    private func sample(
        _ readings: KeyPath<GapCourse, [GapCourse.Reading]>, _ comparison: (Int) -> Comparison
    ) -> DifferenceSample {
        var sample = DifferenceSample()
        for gap in trained {
            let days = comparison(gap.day)
            guard days.after.last <= pool.today, gap.nextTraining > days.through else { continue }
            let course = pool.courses[gap.place]
            guard let change = days.change(course[keyPath: readings], end: course.end) else { continue }
            sample.observed += 1
            let others = pool.comparable(to: gap, of: programme, over: days, readings)
            guard others.count >= pool.design.leastComparable else { continue }
            sample.add(gap.place, change, against: others)
        }
        return sample
    }

    private func finding(_ sample: DifferenceSample) -> EffectFinding {
        let design = pool.design
        if funnel.linked == 0 { return .notEnoughEvidence("No completion names a gap of its own person.") }
        if trained.count < design.leastTrained {
            return .notEnoughEvidence(
                "\(count(trained.count, "gap was", "gaps were")) trained first by it while open; "
                    + "\(design.leastTrained) are needed.")
        }
        if sample.observed < design.leastTrained {
            return .notEnoughEvidence(
                "Of \(trained.count) trained gaps \(sample.observed) could be seen both before and after; "
                    + "\(design.leastTrained) are needed.")
        }
        let trainedGaps = Set(sample.differences.map(\.place))
        if trainedGaps.count < design.leastTrained {
            return .notEnoughEvidence(
                "For \(trainedGaps.count) trained gaps there are comparable ones that were not trained and could be "
                    + "seen on the same days; \(design.leastTrained) are needed.")
        }
        let people = Set(trainedGaps.map { pool.courses[$0].person }).count
        if people < design.leastPeople {
            return .notEnoughEvidence("They are gaps of fewer than \(design.leastPeople) people.")
        }
        let teams = Set(trainedGaps.map { pool.teams[$0] }).count
        let others = Set(sample.differences.lazy.flatMap { $0.others.map(\.place) })
        let otherTeams = Set(others.map { pool.teams[$0] }).count
        if min(teams, otherTeams) < design.leastTeams {
            return .notEnoughEvidence(
                "They are of \(count(teams, "team", "teams")), the comparable ones of \(otherTeams); "
                    + "\(design.leastTeams) of each are needed to tell teams and training apart.")
        }
        let estimate = sample.estimate(teams: pool.teams)
        let freedom = min(teams, otherTeams) - 1
        let half = StudentQuantile.value(freedom: freedom, normal: design.normalQuantile) * estimate.standardError
        return .estimated(
            EffectEstimate(
                effect: estimate.effect, low: estimate.effect - half, high: estimate.effect + half,
                standardError: estimate.standardError, trainedChange: estimate.trainedChange,
                comparisonChange: estimate.trainedChange - estimate.effect, trainedGaps: trainedGaps.count,
                trainedPeople: people, trainedTeams: teams, comparisonGaps: others.count, comparisonTeams: otherTeams))
    }

    private func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
