/// What a notice is about. Source: docs/nudges.md.
package enum NoticeKind: String, CaseIterable, Sendable {
    case coachingDue = "coaching_due"
    case actionDue = "action_due"
    case actionOverdue = "action_overdue"
    case gapClimbed = "gap_climbed"
    case surrogateCoaching = "surrogate_coaching"
    case requestReturned = "request_returned"
    case clarityMissing = "clarity_missing"
    case followupDue = "followup_due"
    case evidenceContested = "evidence_contested"
    case scoreOutsourced = "score_outsourced"
    case programmeUnlinked = "programme_unlinked"
    case weeklyDigest = "weekly_digest"

    /// What goes out first where a person may get only so many a day: the smaller, the more urgent.
    package var urgency: Int {
        switch self {
        case .gapClimbed: 0
        case .actionOverdue: 1
        case .evidenceContested: 2
        case .coachingDue, .actionDue, .surrogateCoaching, .requestReturned, .clarityMissing, .followupDue,
            .scoreOutsourced, .programmeUnlinked:
            3
        case .weeklyDigest: 4
        }
    }

    /// Whether a person may mute it: a dispute needs an answer.
    package var canBeMuted: Bool { self != .evidenceContested }
}
