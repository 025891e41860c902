import Models

/// Who may see what, as the table of that name in the design has it.
///
/// Pure: what the organisation says about the two people is handed in, so that every cell of the table can be tested.
struct AccessRules: Sendable {
    /// What a look at something needs.
    enum Verdict: Hashable, Sendable {
        /// Seen without further ado: one's own, or one's own line.
        case open
        /// Seen, and written to the log that the person looked at can read.
        case logged
        /// Seen with a reason given first, which is logged too.
        case needsReason
        /// Not seen.
        case refused
    }

    let viewer: Viewer

    /// The scoreboard of managers. A manager's own is cut down to the managers below, who can read of the look too.
    var scoreboard: Verdict {
        switch viewer.role {
        case .humanResources, .manager: .logged
        case .employee, .learningAndDevelopment, .operator: .refused
        }
    }

    /// A manager's score and its explanation.
    ///
    /// - Parameters:
    ///   - manager: Whose score.
    ///   - isBelow: Whether `manager` reports to the viewer today, directly or further down.
    func managerScore(of manager: PersonID, isBelow: Bool) -> Verdict {
        switch viewer.role {
        case .humanResources: .logged
        case .manager where manager == viewer.person: .open
        case .manager where isBelow: .logged
        case .manager, .employee, .learningAndDevelopment, .operator: .refused
        }
    }

    /// The gaps and coaching of the people behind a manager's score.
    ///
    /// - Parameters:
    ///   - manager: Whose score.
    ///   - isBelow: Whether `manager` reports to the viewer today, directly or further down.
    ///   - hasReason: Whether the viewer gave one.
    func evidence(of manager: PersonID, isBelow: Bool, hasReason: Bool) -> Verdict {
        switch viewer.role {
        case .humanResources: hasReason ? .logged : .needsReason
        case .manager where manager == viewer.person || isBelow: .logged
        case .manager, .employee, .learningAndDevelopment, .operator: .refused
        }
    }

    /// A person's gaps, coaching and record.
    ///
    /// - Parameters:
    ///   - person: Whose record.
    ///   - isBelow: Whether `person` reports to the viewer today, directly or further down.
    ///   - hasReason: Whether the viewer gave one.
    func record(of person: PersonID, isBelow: Bool, hasReason: Bool) -> Verdict {
        if person == viewer.person { return viewer.role == .operator ? .refused : .open }
        return switch viewer.role {
        case .manager where isBelow: .logged
        case .humanResources: hasReason ? .logged : .needsReason
        case .manager, .employee, .learningAndDevelopment, .operator: .refused
        }
    }

    /// The programmes' table.
    var programmes: Verdict {
        switch viewer.role {
        case .learningAndDevelopment, .humanResources: .open
        case .employee, .manager, .operator: .refused
        }
    }

    /// Closure rates by path, which are of groups: a manager's is the own unit.
    var effects: Verdict {
        switch viewer.role {
        case .learningAndDevelopment, .humanResources, .manager: .open
        case .employee, .operator: .refused
        }
    }

    /// Events that were refused: whoever runs the integrations sees to them.
    var quarantine: Verdict { viewer.role == .operator ? .open : .refused }

    /// Where the viewer lands after signing in.
    var home: String {
        switch viewer.role {
        case .humanResources, .manager: "/managers"
        case .learningAndDevelopment: "/programmes"
        case .employee: "/record"
        case .operator: "/inbox"
        }
    }
}
