package import Accountability
package import Models

/// One manager's score with every trial of every measure, the events that decided each and what it does to the score.
package struct Explanation: Sendable {
    /// A trial with its effect on the score.
    package struct Entry: Sendable {
        package let trial: Trial
        /// The score minus the score without the trial; see ``Accountability/Influence``.
        package let influence: Double?
        /// Of a pending trial.
        package let outlook: Influence.Outlook?
    }

    package let manager: PersonID
    package let asOf: Day
    package let policy: Policy
    /// Nil where no measure applies.
    package let score: ManagerScore?
    /// In the order of trials: by measure, then day.
    package let entries: [Entry]
    /// What would raise the score most, the most valuable first.
    package let nextSteps: [NextStep]
    /// Since an earlier day, where one was asked for.
    package let difference: ScoreDifference?
    /// The events that the trials name.
    package private(set) var events: [EventIdentity: Event]
    package private(set) var names: PersonNames

    /// How many next steps are listed.
    package static let stepLimit = 5

    /// - Parameters:
    ///   - units: Whose facts are asked; `nil` asks everybody's.
    ///   - earlier: The day to compare with, assessed.
    package init(
        of manager: PersonID, _ assessment: Assessment, among units: Set<PersonID>? = nil,
        since earlier: Assessment? = nil
    ) {
        let trials = assessment.trials(of: [manager], among: units)[manager] ?? []
        let side = assessment.side(of: manager, trials)
        var influence = Influence(on: manager, trials, assessment)
        self.manager = manager
        asOf = assessment.asOf
        policy = assessment.policy
        score = side.score
        entries = trials.map { trial in
            Entry(trial: trial, influence: influence.of(trial), outlook: influence.outlook(of: trial))
        }
        nextSteps = assessment.nextSteps(for: manager, trials, among: units, limit: Self.stepLimit)
        difference = earlier.map { earlier in
            let before = earlier.trials(of: [manager], among: units)[manager] ?? []
            return ScoreDifference(manager: manager, from: earlier.side(of: manager, before), to: side)
        }
        events = [:]
        names = PersonNames(assessment.inForce, asOf: asOf)
        let named = evidence
        for event in assessment.inForce + (earlier?.inForce ?? []) where named.contains(event.identity) {
            events[event.identity] = event
        }
    }

    package var trials: [Trial] { entries.map(\.trial) }

    /// All trials that it speaks of, also those of the earlier day.
    private var everyTrial: [Trial] { trials + (difference?.changes.compactMap(\.before) ?? []) }

    /// The events that its trials name.
    var evidence: Set<EventIdentity> { Set(everyTrial.flatMap(\.evidence)) }

    /// Everybody whom it speaks of.
    var people: Set<PersonID> { Set([manager] + everyTrial.map(\.person) + nextSteps.map(\.person)) }

    /// The same with what was looked up of its ``evidence`` and ``people``.
    func citing(_ events: [EventIdentity: Event], _ names: PersonNames) -> Explanation {
        var explanation = self
        explanation.events = events
        explanation.names = names
        return explanation
    }
}
