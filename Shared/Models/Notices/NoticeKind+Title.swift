extension NoticeKind {
    /// What it says in a subject line or a heading.
    package var title: String {
        switch self {
        case .coachingDue: "A coaching conversation is due"
        case .actionDue: "A gap needs a decision"
        case .actionOverdue: "A decision on a gap is overdue"
        case .gapClimbed: "A gap has reached you"
        case .surrogateCoaching: "Outside coaching without yours"
        case .requestReturned: "A training request needs more"
        case .clarityMissing: "Expectations are not agreed yet"
        case .followupDue: "What has the training changed?"
        case .evidenceContested: "Evidence is contested"
        case .scoreOutsourced: "Performance is led by others"
        case .programmeUnlinked: "A programme serves no gap"
        case .weeklyDigest: "Your week in Onus"
        }
    }
}
