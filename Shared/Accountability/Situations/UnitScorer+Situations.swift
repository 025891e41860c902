package import Models

extension UnitScorer {
    /// The days within which an event that arrives late is still news.
    private static let news = 7

    /// What arises in one unit on some days, as the facts of the scored day tell it. Each day is judged by what had
    /// happened by then; days after the scored day as if nothing more happened, so that they tell what will fall due.
    ///
    /// Contested evidence isn't among them, since it is in no unit's facts: see ``contested(_:target:unit:)``.
    ///
    /// - Parameters:
    ///   - days: `today...today` at an arrival, the days made up at a day's turn, or days to come.
    ///   - arrived: Events that arrived just now: outside coaching and requests among them that happened in the last
    ///     seven days give situations of the last of `days`, also where their own day is not among these.
    /// - Returns: At most one of each key. In the order of kinds, not of days.
    package func situations(
        of unit: UnitFacts, days: ClosedRange<Day>, arrived: Set<EventIdentity> = []
    ) -> [Situation] {
        situations(unit.person, Dossier(unit, organization), days, arrived)
    }

    /// ``score(_:)`` and ``situations(of:days:arrived:)`` at once: the facts are read once.
    ///
    /// - Parameter days: nil gives no situations.
    package func judge(
        _ unit: UnitFacts, days: ClosedRange<Day>?, arrived: Set<EventIdentity>
    ) -> (result: UnitResult, situations: [Situation]) {
        let dossier = Dossier(unit, organization)
        return (
            result(tally(dossier)), days.map { situations(unit.person, dossier, $0, arrived) } ?? []
        )
    }

    private func situations(
        _ person: PersonID, _ dossier: Dossier, _ days: ClosedRange<Day>, _ arrived: Set<EventIdentity>
    ) -> [Situation] {
        guard dossier.person >= 0 else { return returnedRequests(person, dossier, days, arrived) }
        let range = DayRange(first: days.lowerBound.number, last: days.upperBound.number)
        var situations: [Situation] = []
        for tenure in organization.tenures[dossier.person] where tenure.days.intersection(range) != nil {
            situations += dueCoaching(person, dossier, tenure, range)
            situations += missingClarity(person, dossier, tenure, range)
            for gap in dossier.gaps { situations += dueActions(person, dossier, gap, tenure, range) }
        }
        for gap in dossier.gaps { situations += climbed(person, dossier, gap, range) }
        situations += surrogates(person, dossier, days, arrived)
        situations += returnedRequests(person, dossier, days, arrived)
        situations += dueFollowups(person, dossier, range)
        return situations
    }

    /// The day on which an event's arrival is announced; `nil` where it is none of `days` and no news.
    func announcement(_ event: EventOrder, _ days: ClosedRange<Day>, _ arrived: Set<EventIdentity>) -> Day? {
        let day = event.time.day
        if days.contains(day) { return day }
        let isNews = day <= days.upperBound && day + Self.news > days.upperBound
        return isNews && arrived.contains(event.identity) ? days.upperBound : nil
    }

    func manager(_ place: Int) -> Situation.Recipient {
        .person(organization.people[place], .manager)
    }
}
