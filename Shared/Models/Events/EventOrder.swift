/// What decides where events compete: the time as a UTC instant, then source, then id.
package struct EventOrder: Hashable, Comparable, Sendable {
    package let time: Instant
    package let identity: EventIdentity

    package init(time: Instant, identity: EventIdentity) {
        self.time = time
        self.identity = identity
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.time == right.time ? left.identity < right.identity : left.time < right.time
    }
}
