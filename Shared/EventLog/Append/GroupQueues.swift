import Models

/// Which events wait for a transaction, organisation by organisation, and how many are under way. Decides only; nothing
/// in it waits, so a lock guards it.
struct GroupQueues {
    /// An event, and who is told of it.
    struct Waiter {
        let entry: LogEntry
        let sender: Sender
    }

    enum Sender {
        case task(CheckedContinuation<Result<Bool, AppendError>, Never>)
        case recipient(any AppendRecipient, ticket: UInt64)
    }

    /// The events of one organisation. Bounded by `pendingEvents`.
    private struct Queue {
        var underWay = 0
        var waiting: [Waiter] = []
        /// How many of those that came have left the row, in whatever way.
        var gone = 0
    }

    /// A moment of an organisation's row of events.
    struct Moment {
        let at = ContinuousClock.now
        /// How many had come so far.
        let horizon: Int
    }

    private var queues: [OrganizationID: Queue] = [:]
    private(set) var pendingEvents = 0
    private(set) var pendingBytes = 0

    /// Takes events in, as many as may be pending.
    ///
    /// - Returns: Those that may not, and whether a group is to be begun.
    mutating func enter(
        _ waiters: [Waiter], _ organization: OrganizationID, _ limits: GroupCommitter.Limits
    ) -> (refused: [Waiter], begins: Bool) {
        var queue = queues.removeValue(forKey: organization) ?? Queue()
        defer { queues[organization] = queue.underWay > 0 ? queue : nil }
        var refused: [Waiter] = []
        for waiter in waiters {
            if admit(waiter.entry.size, limits) { queue.waiting.append(waiter) } else { refused.append(waiter) }
        }
        guard queue.waiting.count >= (queue.underWay == 0 ? 1 : limits.groupBeside),
            queue.underWay < limits.groupsAtOnce
        else { return (refused, false) }
        queue.underWay += 1
        return (refused, true)
    }

    private mutating func admit(_ size: Int, _ limits: GroupCommitter.Limits) -> Bool {
        guard pendingEvents < limits.pendingEvents, pendingBytes + size <= max(limits.pendingBytes, size) else {
            return false
        }
        pendingEvents += 1
        pendingBytes += size
        return true
    }

    /// - Returns: The next group; `nil` where nobody waits, and then the groups of whoever asks have ended.
    mutating func nextGroup(of organization: OrganizationID, _ limits: GroupCommitter.Limits) -> [Waiter]? {
        // Taken out while it is worked on: a copy of the queue would be a copy of all that waits.
        guard var queue = queues.removeValue(forKey: organization) else { return nil }
        defer { queues[organization] = queue.underWay > 0 ? queue : nil }
        let count = Self.groupSize(queue.waiting, limits)
        if count == 0 {
            queue.underWay -= 1
            return nil
        }
        return Self.take(count, from: &queue)
    }

    func moment(of organization: OrganizationID) -> Moment {
        Moment(horizon: queues[organization].map { $0.gone + $0.waiting.count } ?? 0)
    }

    /// Takes those out that wait since before a moment.
    mutating func giveUp(since moment: Moment, of organization: OrganizationID) -> [Waiter] {
        guard var queue = queues.removeValue(forKey: organization) else { return [] }
        defer { queues[organization] = queue }
        return Self.take(min(queue.waiting.count, max(0, moment.horizon - queue.gone)), from: &queue)
    }

    private static func take(_ count: Int, from queue: inout Queue) -> [Waiter] {
        queue.gone += count
        if count == queue.waiting.count {
            defer { queue.waiting = [] }
            return queue.waiting
        }
        let taken = Array(queue.waiting.prefix(count))
        queue.waiting.removeFirst(count)
        return taken
    }

    /// How many of these share a transaction; the first in any case, however large.
    private static func groupSize(_ waiting: [Waiter], _ limits: GroupCommitter.Limits) -> Int {
        var bytes = 0
        for (index, waiter) in waiting.prefix(limits.groupEvents).enumerated() {
            bytes += waiter.entry.size
            if bytes > limits.groupBytes, index > 0 { return index }
        }
        return min(waiting.count, limits.groupEvents)
    }

    /// These are no longer pending.
    mutating func dismiss(_ group: [Waiter]) {
        pendingEvents -= group.count
        pendingBytes -= group.reduce(0) { $0 + $1.entry.size }
    }
}
