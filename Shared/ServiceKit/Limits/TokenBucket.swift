/// How much a sender may send: it fills by `rate` a second up to one second's worth, and each event takes one.
///
/// A request is let in by what is left, and what it holds is known only once it is read: the level may fall below zero,
/// and nothing more is let in until it has risen again. So no request is cut in half, whatever its size, and in the long
/// run no more than `rate` a second passes.
package struct TokenBucket: Equatable, Sendable {
    /// Events a second; at least 1.
    package let rate: Int
    private var level: Double
    private var filled: ContinuousClock.Instant

    /// A full one.
    package init(rate: Int, at now: ContinuousClock.Instant) {
        self.rate = rate
        level = Double(rate)
        filled = now
    }

    /// Takes one where there is one.
    ///
    /// - Returns: `nil` where it was taken; else how long until there will be one.
    package mutating func admit(at now: ContinuousClock.Instant) -> Duration? {
        fill(until: now)
        guard level < 1 - Self.rounding else {
            level -= 1
            return nil
        }
        return .seconds((1 - level) / Double(rate))
    }

    /// Whether ``admit(at:)`` would take one.
    package func hasRoom(at now: ContinuousClock.Instant) -> Bool {
        var copy = self
        return copy.admit(at: now) == nil
    }

    /// Takes what a request turned out to hold.
    ///
    /// - Returns: How long until the level is at zero again; `nil` where it is not below.
    package mutating func take(_ events: Int, at now: ContinuousClock.Instant) -> Duration? {
        fill(until: now)
        level -= Double(events)
        return level < -Self.rounding ? .seconds(-level / Double(rate)) : nil
    }

    /// Whether it says no more than a new one would.
    package mutating func isFull(at now: ContinuousClock.Instant) -> Bool {
        fill(until: now)
        return level >= Double(rate)
    }

    /// A wait that was computed exactly must not end a rounding error too early.
    private static let rounding = 1e-6

    private mutating func fill(until now: ContinuousClock.Instant) {
        guard now > filled else { return }
        level = min(Double(rate), level + (now - filled) / .seconds(1) * Double(rate))
        filled = now
    }
}
