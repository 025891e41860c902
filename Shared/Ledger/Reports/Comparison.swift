package import Accountability
package import Models

/// Everybody's scores on two days, or by two policies: who differs, by how much, and for some of them why.
package struct Comparison: Sendable {
    /// One manager's row on both sides; they differ.
    package struct Move: Sendable {
        package let manager: PersonID
        /// Nil where no measure applied.
        package let before: ManagerScore?
        package let after: ManagerScore?

        /// The second score minus the first; nil where one is no number.
        package var change: Double? {
            guard let before = before?.score, let after = after?.score else { return nil }
            return after - before
        }

        package var isStatusChanged: Bool { before?.status != after?.status }
    }

    /// What is compared: a day and a policy.
    package struct Side: Hashable, Sendable {
        package let day: Day
        package let policy: Policy

        package init(day: Day, policy: Policy) {
            self.day = day
            self.policy = policy
        }
    }

    package let from: Side
    package let to: Side
    /// How many managers have a row on either side.
    package let compared: Int
    /// The greatest change first, then those without a score on one side.
    package let moves: [Move]
    /// Why, of the first so many of ``moves``, or of the one manager that was asked for.
    package let differences: [PersonID: ScoreDifference]
    /// The events that the differences name.
    package let events: [EventIdentity: Event]
    package let names: PersonNames

    /// - Parameters:
    ///   - manager: Only this one, whether their row differs or not.
    ///   - details: For how many of the moves the trials are listed.
    package init(
        _ before: [Event], _ after: [Event], from: Side, to: Side, manager: PersonID? = nil, details: Int
    ) {
        self.from = from
        self.to = to
        let first = Assessment(events: before, asOf: from.day, policy: from.policy)
        let second = Assessment(events: after, asOf: to.day, policy: to.policy)
        if let manager {
            let difference = first.differences(to: second, of: [manager])
            let found = difference.first.map { [$0] } ?? []
            compared = found.count { $0.from.score != nil || $0.to.score != nil }
            moves = found.map { Move(manager: manager, before: $0.from.score, after: $0.to.score) }
                .filter { $0.before != $0.after }
            differences = Dictionary(uniqueKeysWithValues: found.map { ($0.manager, $0) })
        } else {
            let (old, new) = (first.scores(), second.scores())
            let managers = Set(old.keys).union(new.keys)
            compared = managers.count
            moves = managers.map { Move(manager: $0, before: old[$0], after: new[$0]) }
                .filter { $0.before != $0.after }.sorted(by: Self.precedes)
            let chosen = Set(moves.prefix(details).map(\.manager))
            let found = chosen.isEmpty ? [] : first.differences(to: second, of: chosen)
            differences = Dictionary(uniqueKeysWithValues: found.map { ($0.manager, $0) })
        }
        let changes = differences.values.flatMap(\.changes)
        let named = Set(changes.flatMap { ($0.before?.evidence ?? []) + ($0.after?.evidence ?? []) })
        var events: [EventIdentity: Event] = [:]
        for event in second.inForce where named.contains(event.identity) { events[event.identity] = event }
        for event in first.inForce where named.contains(event.identity) { events[event.identity] = event }
        self.events = events
        names = PersonNames(second.inForce, asOf: to.day)
    }

    /// How many managers went from one status to another; nil is no row at all. The most frequent first.
    package var statusMoves: [(from: ManagerStatus?, to: ManagerStatus?, managers: Int)] {
        struct Pair: Hashable {
            let from: ManagerStatus?
            let to: ManagerStatus?
        }
        var counts: [Pair: Int] = [:]
        for move in moves where move.isStatusChanged {
            counts[Pair(from: move.before?.status, to: move.after?.status), default: 0] += 1
        }
        return counts.map { (from: $0.key.from, to: $0.key.to, managers: $0.value) }.sorted { left, right in
            if left.managers != right.managers { return left.managers > right.managers }
            return "\(left.from?.rawValue ?? "") \(left.to?.rawValue ?? "")"
                < "\(right.from?.rawValue ?? "") \(right.to?.rawValue ?? "")"
        }
    }

    private static func precedes(_ left: Move, _ right: Move) -> Bool {
        let (first, second) = (left.change?.magnitude ?? -1, right.change?.magnitude ?? -1)
        return first == second ? left.manager < right.manager : first > second
    }
}
