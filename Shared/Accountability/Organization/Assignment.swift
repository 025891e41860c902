import Models

/// A person's assignment from a day on, with people and roles as places in the ``Organization``.
struct Assignment: Sendable {
    let person: Int
    let from: Int
    let isActive: Bool
    /// The manager that is named, also where inactive; -1 for nobody.
    let manager: Int
    /// -1 for none.
    let role: Int
    let evidence: EventOrder
}

/// A change of what decides where a leaver's people fall: whether a person is active and, if not, whose they are.
struct Presence: Hashable, Sendable {
    let from: Int
    let isActive: Bool
    /// Of an inactive assignment; -1 otherwise, or for nobody.
    let successor: Int

    /// The changes of a person's assignments, which are ascending. An active person's new manager or role is none.
    static func changes(_ assignments: some Sequence<Assignment>) -> [Presence] {
        var changes: [Presence] = []
        for assignment in assignments {
            let successor = assignment.isActive ? -1 : assignment.manager
            if let last = changes.last, last.isActive == assignment.isActive, last.successor == successor { continue }
            changes.append(Presence(from: assignment.from, isActive: assignment.isActive, successor: successor))
        }
        return changes
    }
}
