/// Notifications that nobody has fetched yet: equal ones once, and never more than a bound.
struct NotificationBuffer {
    let limit: Int
    private var order: [Notification] = []
    private var known: Set<Notification> = []
    /// Some were dropped since the last `take`: the reader must look for itself.
    private(set) var hasOverflowed = false

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { order.isEmpty && !hasOverflowed }

    mutating func append(_ notification: Notification) {
        guard !known.contains(notification) else { return }
        guard order.count < limit else {
            hasOverflowed = true
            return
        }
        known.insert(notification)
        order.append(notification)
    }

    /// What has gathered, in the order of its arrival, and whether anything is missing from it.
    mutating func take() -> (notifications: [Notification], isComplete: Bool) {
        defer { self = NotificationBuffer(limit: limit) }
        return (order, !hasOverflowed)
    }
}
