/// What an event is about: the columns by which it is found again.
extension Payload {
    /// The person the event is about; nil where it names none itself (steps of a gap, requests, corrections, roles).
    package var person: PersonID? {
        switch self {
        case .personUpdated(let data): data.person
        case .absenceRecorded(let data): data.person
        case .expectationAcknowledged(let data): data.person
        case .gapIdentified(let data): data.person
        case .coachingHeld(let data): data.person
        case .conversationHeld(let data): data.person
        case .feedbackGiven(let data): data.person
        case .trainingCompleted(let data): data.person
        case .learningRecorded(let data): data.person
        case .roleDefined, .gapAction, .gapClosed, .behaviourObserved, .outcomeMeasured, .trainingRequested,
            .eventRetracted, .evidenceContested, .evidenceResolved:
            nil
        }
    }

    /// The gap the event names.
    package var gap: GapID? {
        switch self {
        case .gapIdentified(let data): data.gap
        case .gapAction(let data): data.gap
        case .gapClosed(let data): data.gap
        case .behaviourObserved(let data): data.gap
        case .outcomeMeasured(let data): data.gap
        case .coachingHeld(let data): data.gap
        case .feedbackGiven(let data): data.gap
        case .trainingRequested(let data): data.gap
        case .trainingCompleted(let data): data.gap
        case .personUpdated, .roleDefined, .absenceRecorded, .expectationAcknowledged, .conversationHeld,
            .learningRecorded, .eventRetracted, .evidenceContested, .evidenceResolved:
            nil
        }
    }

    /// Who did it: the coach, the one who took the step, observed, asked, gave, contested or decided.
    package var actor: PersonID? {
        switch self {
        case .gapIdentified(let data): data.identifiedBy
        case .gapAction(let data): data.by
        case .gapClosed(let data): data.by
        case .behaviourObserved(let data): data.observer
        case .outcomeMeasured(let data): data.measuredBy
        case .coachingHeld(let data): data.coach
        case .conversationHeld(let data): data.manager
        case .feedbackGiven(let data): data.from
        case .trainingRequested(let data): data.requestedBy
        case .trainingCompleted(let data): data.assignedBy
        case .roleDefined(let data): data.definedBy
        case .eventRetracted(let data): data.by
        case .evidenceContested(let data): data.by
        case .evidenceResolved(let data): data.by
        case .personUpdated, .absenceRecorded, .expectationAcknowledged, .learningRecorded: nil
        }
    }

    package var role: RoleID? {
        switch self {
        case .personUpdated(let data): data.role
        case .roleDefined(let data): data.role
        case .expectationAcknowledged(let data): data.role
        default: nil
        }
    }

    package var programme: ProgrammeID? {
        switch self {
        case .trainingRequested(let data): data.programme
        case .trainingCompleted(let data): data.programme
        default: nil
        }
    }

    /// The event that a correction names.
    package var target: EventIdentity? {
        switch self {
        case .eventRetracted(let data): data.event
        case .evidenceContested(let data): data.event
        case .evidenceResolved(let data): data.event
        default: nil
        }
    }

    /// Whether it belongs to the learner alone: it is kept behind the wall and never scored.
    package var isPersonalLearning: Bool {
        switch self {
        case .learningRecorded: true
        case .trainingCompleted(let data): !data.isTiedToJob
        default: false
        }
    }
}

extension TrainingCompleted {
    /// Whether the completion names a gap, somebody else who assigned it, or an expectation.
    package var isTiedToJob: Bool {
        gap != nil || expectation != nil || (assignedBy.map { $0 != person } ?? false)
    }
}

extension CoachingHeld {
    /// The person who coached; nil where a provider did.
    package var coach: PersonID? {
        if case .coach(let coach) = by { coach } else { nil }
    }

    /// Whether it was coaching in context: seen at work, in a named situation.
    package var isSituational: Bool { observed == true && context != nil }
}
