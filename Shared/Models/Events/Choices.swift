// The catalogue's closed lists of words, as they stand in `data`. One file: each is a list and nothing more.

/// Why a person's performance falls short.
package enum Cause: String, CaseIterable, Sendable {
    case knowledge, skill, will, process, tools
    case roleFit = "role_fit"
    case leadership, unknown

    /// Whether training can close such a gap at all.
    package var isTrainable: Bool { self == .knowledge || self == .skill }
}

/// The paths to closing a gap.
package enum ActionKind: String, CaseIterable, Sendable {
    case coaching, training, process, tool
    case roleChange = "role_change"
}

/// Whether an action is an intention or done.
package enum ActionStage: String, CaseIterable, Sendable {
    case planned, taken
}

/// How a gap ended.
package enum GapOutcome: String, CaseIterable, Sendable {
    case closed
    case roleChanged = "role_changed"
    case withdrawn
}

/// Who coaches from outside.
package enum ProviderKind: String, CaseIterable, Sendable {
    case external, tool
}

/// The situations that coaching is held in.
package enum ContextKind: String, CaseIterable, Sendable {
    case customerMeeting = "customer_meeting"
    case call, project, deal
    case oneOnOne = "one_on_one"
    case shadowing, review, other
}

/// The kinds of contact that are not coaching by themselves.
package enum ConversationKind: String, CaseIterable, Sendable {
    case oneOnOne = "one_on_one"
    case checkIn = "check_in"
    case review
    case goalSetting = "goal_setting"
}

/// What a human decides about contested evidence.
package enum Decision: String, CaseIterable, Sendable {
    case stands, removed
}
