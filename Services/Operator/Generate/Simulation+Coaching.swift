import Models

/// Coaching, contact and feedback.
extension Simulation {
    /// A session of a person with their manager, and the next one.
    mutating func coach(_ person: Int) {
        guard isActive[person], let owner = owner(of: person) else {
            return schedule(.coach(person: person), in: 30)
        }
        if let from = uncoachedFrom[person], today >= from { return }
        guard !isAway(person), !isAway(owner) else {
            return schedule(.coach(person: person), in: random.int(in: 2...6))
        }
        let style = style(of: owner)
        hold(person, by: owner)
        schedule(.coach(person: person), in: random.int(in: style.coachingEvery))
    }

    /// Records a session of `owner` with `person`; the open gap may be its subject.
    mutating func hold(_ person: Int, by owner: Int, on gap: Int? = nil) {
        let style = style(of: owner)
        let isSituational = random.chance(style.situational)
        let open = openGap[person].flatMap { !gaps[$0].isNeglected && random.chance(style.acts * 0.5) ? $0 : nil }
        let context: CoachingContext? =
            isSituational || random.chance(0.4)
            ? CoachingContext(
                kind: isSituational ? random.pick(Self.situations) ?? .call : .oneOnOne,
                ref: random.chance(0.3) ? "ref-\(random.int(in: 1_000...9_999))" : nil) : nil
        let identity = emit(
            "/coaching",
            .coachingHeld(
                CoachingHeld(
                    person: id(person), by: .coach(id(owner)), context: context, observed: isSituational,
                    gap: (gap ?? open).map { gaps[$0].id }, minutes: Double(random.int(in: 2...9) * 5))))
        lastSession[person] = today
        doubt(identity, about: person, by: owner)
    }

    private static let situations: [ContextKind] = [.customerMeeting, .call, .project, .deal, .shadowing, .review]

    /// A session with a coach from outside, and the next one.
    mutating func coachOutside(_ person: Int) {
        guard isActive[person] else { return }
        let isTool = random.chance(0.4)
        emit(
            "/coaching-platform",
            .coachingHeld(
                CoachingHeld(
                    person: id(person),
                    by: .provider(kind: isTool ? .tool : .external, name: isTool ? "Coach bot" : "Coaching Partners"),
                    minutes: 60)))
        schedule(.coachOutside(person: person), in: random.int(in: 21...50))
    }

    mutating func converse(_ person: Int) {
        guard isActive[person], let owner = owner(of: person) else { return }
        emit(
            "/calendar",
            .conversationHeld(
                ConversationHeld(
                    manager: id(owner), person: id(person), kind: random.pick(ConversationKind.allCases) ?? .checkIn)))
        schedule(.converse(person: person), in: random.int(in: 35...75))
    }

    mutating func giveFeedback(_ person: Int) {
        let other = random.int(in: 0...staff.members.count - 1)
        if isActive[person], isActive[other], other != person {
            emit(
                "/feedback",
                .feedbackGiven(
                    FeedbackGiven(
                        from: id(other), person: id(person),
                        context: random.chance(0.5) ? .string("project") : nil)))
        }
        schedule(.giveFeedback(person: person), in: random.int(in: 90...200))
    }

    mutating func learn(_ person: Int) {
        guard isActive[person] else { return }
        let title = random.pick(Vocabulary.personalTitles) ?? ""
        if random.chance(0.7) {
            emit(
                "/lms",
                .learningRecorded(
                    LearningRecorded(person: id(person), title: title, provider: "Evening school")))
        } else {
            emit(
                "/lms",
                .trainingCompleted(
                    TrainingCompleted(person: id(person), programme: ProgrammeID(unchecked: "open-catalogue"))))
        }
        schedule(.learn(person: person), in: random.int(in: 200...420))
    }
}
