/// What an event says: one case per type of the catalogue.
package enum Payload: Hashable, Sendable {
    case personUpdated(PersonUpdated)
    case roleDefined(RoleDefined)
    case absenceRecorded(AbsenceRecorded)
    case expectationAcknowledged(ExpectationAcknowledged)
    case gapIdentified(GapIdentified)
    case gapAction(GapAction)
    case gapClosed(GapClosed)
    case behaviourObserved(BehaviourObserved)
    case outcomeMeasured(OutcomeMeasured)
    case coachingHeld(CoachingHeld)
    case conversationHeld(ConversationHeld)
    case feedbackGiven(FeedbackGiven)
    case trainingRequested(TrainingRequested)
    case trainingCompleted(TrainingCompleted)
    case learningRecorded(LearningRecorded)
    case eventRetracted(EventRetracted)
    case evidenceContested(EvidenceContested)
    case evidenceResolved(EvidenceResolved)

    package var type: EventType {
        switch self {
        case .personUpdated: .personUpdated
        case .roleDefined: .roleDefined
        case .absenceRecorded: .absenceRecorded
        case .expectationAcknowledged: .expectationAcknowledged
        case .gapIdentified: .gapIdentified
        case .gapAction: .gapAction
        case .gapClosed: .gapClosed
        case .behaviourObserved: .behaviourObserved
        case .outcomeMeasured: .outcomeMeasured
        case .coachingHeld: .coachingHeld
        case .conversationHeld: .conversationHeld
        case .feedbackGiven: .feedbackGiven
        case .trainingRequested: .trainingRequested
        case .trainingCompleted: .trainingCompleted
        case .learningRecorded: .learningRecorded
        case .eventRetracted: .eventRetracted
        case .evidenceContested: .evidenceContested
        case .evidenceResolved: .evidenceResolved
        }
    }

    /// The event's `data`, with the members of the catalogue only.
    package var json: JSONValue { data.json }

    private var data: any EventData {
        switch self {
        case .personUpdated(let data): data
        case .roleDefined(let data): data
        case .absenceRecorded(let data): data
        case .expectationAcknowledged(let data): data
        case .gapIdentified(let data): data
        case .gapAction(let data): data
        case .gapClosed(let data): data
        case .behaviourObserved(let data): data
        case .outcomeMeasured(let data): data
        case .coachingHeld(let data): data
        case .conversationHeld(let data): data
        case .feedbackGiven(let data): data
        case .trainingRequested(let data): data
        case .trainingCompleted(let data): data
        case .learningRecorded(let data): data
        case .eventRetracted(let data): data
        case .evidenceContested(let data): data
        case .evidenceResolved(let data): data
        }
    }

    init(_ type: EventType, reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        switch type {
        case .personUpdated: self = .personUpdated(try PersonUpdated(reading: reader))
        case .roleDefined: self = .roleDefined(try RoleDefined(reading: reader))
        case .absenceRecorded: self = .absenceRecorded(try AbsenceRecorded(reading: reader))
        case .expectationAcknowledged: self = .expectationAcknowledged(try ExpectationAcknowledged(reading: reader))
        case .gapIdentified: self = .gapIdentified(try GapIdentified(reading: reader))
        case .gapAction: self = .gapAction(try GapAction(reading: reader))
        case .gapClosed: self = .gapClosed(try GapClosed(reading: reader))
        case .behaviourObserved: self = .behaviourObserved(try BehaviourObserved(reading: reader))
        case .outcomeMeasured: self = .outcomeMeasured(try OutcomeMeasured(reading: reader))
        case .coachingHeld: self = .coachingHeld(try CoachingHeld(reading: reader))
        case .conversationHeld: self = .conversationHeld(try ConversationHeld(reading: reader))
        case .feedbackGiven: self = .feedbackGiven(try FeedbackGiven(reading: reader))
        case .trainingRequested: self = .trainingRequested(try TrainingRequested(reading: reader))
        case .trainingCompleted: self = .trainingCompleted(try TrainingCompleted(reading: reader))
        case .learningRecorded: self = .learningRecorded(try LearningRecorded(reading: reader))
        case .eventRetracted: self = .eventRetracted(try EventRetracted(reading: reader))
        case .evidenceContested: self = .evidenceContested(try EvidenceContested(reading: reader))
        case .evidenceResolved: self = .evidenceResolved(try EvidenceResolved(reading: reader))
        }
    }
}
