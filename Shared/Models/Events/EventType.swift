/// The types of the catalogue, version 1.
package enum EventType: String, CaseIterable, Sendable {
    case personUpdated = "onus.person.updated"
    case roleDefined = "onus.role.defined"
    case absenceRecorded = "onus.absence.recorded"
    case expectationAcknowledged = "onus.expectation.acknowledged"
    case gapIdentified = "onus.gap.identified"
    case gapAction = "onus.gap.action"
    case gapClosed = "onus.gap.closed"
    case behaviourObserved = "onus.behaviour.observed"
    case outcomeMeasured = "onus.outcome.measured"
    case coachingHeld = "onus.coaching.held"
    case conversationHeld = "onus.conversation.held"
    case feedbackGiven = "onus.feedback.given"
    case trainingRequested = "onus.training.requested"
    case trainingCompleted = "onus.training.completed"
    case learningRecorded = "onus.learning.recorded"
    case eventRetracted = "onus.event.retracted"
    case evidenceContested = "onus.evidence.contested"
    case evidenceResolved = "onus.evidence.resolved"

    /// The type's number in the database. Never changed and never reused: rows of the log carry it.
    package var code: Int16 {
        switch self {
        case .personUpdated: 1
        case .roleDefined: 2
        case .absenceRecorded: 3
        case .expectationAcknowledged: 4
        case .gapIdentified: 5
        case .gapAction: 6
        case .gapClosed: 7
        case .behaviourObserved: 8
        case .outcomeMeasured: 9
        case .coachingHeld: 10
        case .conversationHeld: 11
        case .feedbackGiven: 12
        case .trainingRequested: 13
        case .trainingCompleted: 14
        case .learningRecorded: 15
        case .eventRetracted: 16
        case .evidenceContested: 17
        case .evidenceResolved: 18
        }
    }

    /// The type of this name, byte for byte.
    init?(utf8 name: UnsafeBufferPointer<UInt8>) {
        let named = Self.byLength[name.count]?.first { type in
            var known = type.rawValue
            return known.withUTF8 { UTF8Order.equal($0, name) }
        }
        guard let named else { return nil }
        self = named
    }

    private static let byLength = Dictionary(grouping: allCases) { $0.rawValue.utf8.count }

    /// The type with this number; nil where a newer service wrote it.
    package init?(code: Int16) {
        guard let type = Self.byCode[code] else { return nil }
        self = type
    }

    private static let byCode = Dictionary(uniqueKeysWithValues: allCases.map { ($0.code, $0) })
}
