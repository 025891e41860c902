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
    package private(set) var events: [EventIdentity: Event] = [:]
    package private(set) var names = PersonNames.none

    /// - Parameters:
    ///   - manager: Only this one, whether their row differs or not.
    ///   - details: For how many of the moves the trials are listed.
    package init(
        _ before: [Event], _ after: [Event], from: Side, to: Side, manager: PersonID? = nil, details: Int
    ) {
        let first = Assessment(events: before, asOf: from.day, policy: from.policy)
        let second = Assessment(events: after, asOf: to.day, policy: to.policy)
        if let manager {
            self.init(first.differences(to: second, of: [manager]), from: from, to: to)
        } else {
            let moves = Self.moves(first.scores(), second.scores())
            let chosen = Set(moves.differing.prefix(details).map(\.manager))
            let found = chosen.isEmpty ? [] : first.differences(to: second, of: chosen)
            self.init(moves, found, from: from, to: to)
        }
        let named = evidence
        for event in second.inForce where named.contains(event.identity) { events[event.identity] = event }
        for event in first.inForce where named.contains(event.identity) { events[event.identity] = event }
        names = PersonNames(second.inForce, asOf: to.day)
    }

    /// Some managers alone, whether their rows differ or not.
    init(_ differences: [ScoreDifference], from: Side, to: Side) {
        self.from = from
        self.to = to
        compared = differences.count { $0.from.score != nil || $0.to.score != nil }
        moves = differences.map { Move(manager: $0.manager, before: $0.from.score, after: $0.to.score) }
            .filter { $0.before != $0.after }.sorted(by: Self.precedes)
        self.differences = Dictionary(uniqueKeysWithValues: differences.map { ($0.manager, $0) })
    }

    /// Everybody, with the trials of some.
    ///
    /// - Parameter moves: Of ``moves(_:_:)``.
    init(_ moves: (compared: Int, differing: [Move]), _ differences: [ScoreDifference], from: Side, to: Side) {
        self.from = from
        self.to = to
        compared = moves.compared
        self.moves = moves.differing
        self.differences = Dictionary(uniqueKeysWithValues: differences.map { ($0.manager, $0) })
    }

    /// Whose rows differ, in the order of ``moves``, of how many.
    static func moves(
        _ before: [PersonID: ManagerScore], _ after: [PersonID: ManagerScore]
    ) -> (compared: Int, differing: [Move]) {
        let managers = Set(before.keys).union(after.keys)
        let moves = managers.map { Move(manager: $0, before: before[$0], after: after[$0]) }
        return (managers.count, moves.filter { $0.before != $0.after }.sorted(by: precedes))
    }

    private var trials: [Trial] {
        differences.values.flatMap(\.changes).flatMap { [$0.before, $0.after].compactMap(\.self) }
    }

    /// The events that its trials name.
    var evidence: Set<EventIdentity> { Set(trials.flatMap(\.evidence)) }

    /// Everybody whom it speaks of.
    var people: Set<PersonID> { Set(moves.map(\.manager) + trials.map(\.person)).union(differences.keys) }

    /// The same with what was looked up of its ``evidence`` and ``people``.
    func citing(_ events: [EventIdentity: Event], _ names: PersonNames) -> Comparison {
        var comparison = self
        comparison.events = events
        comparison.names = names
        return comparison
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
