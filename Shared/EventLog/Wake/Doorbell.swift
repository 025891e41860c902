import Dispatch
import Synchronization

/// One bit of "somebody rang": rings before the wait count, and any number of them are one.
///
/// Nothing lies between a ring and the task that waits for it: no other task has to be resumed or ended first.
package final class Doorbell: Sendable {
    private struct Wait {
        let continuation: CheckedContinuation<Bool, Never>
        let deadline: ContinuousClock.Instant
    }

    private struct State {
        var hasRung = false
        var wait: Wait?
        /// The earliest look at the wait's deadline that is due. A timer for each wait would outlive most of them.
        var look: ContinuousClock.Instant?

        /// When to look at the deadline, unless a look that comes early enough is due already.
        mutating func lookDue() -> ContinuousClock.Instant? {
            guard let wait, look.map({ wait.deadline < $0 }) ?? true else { return nil }
            look = wait.deadline
            return wait.deadline
        }
    }

    private let state = Mutex(State())
    private let timer = DispatchQueue(label: "onus.log.doorbell")

    package init() {}

    package func ring() {
        let wait: Wait? = state.withLock { state in
            if state.wait == nil { state.hasRung = true }
            defer { state.wait = nil }
            return state.wait
        }
        wait?.continuation.resume(returning: true)
    }

    /// Returns at the next ring (at once where one came since the last wait), after `limit`, or when the task is
    /// cancelled. One task waits at a time.
    ///
    /// - Returns: Whether it rang.
    package func wait(for limit: Duration) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let wait = Wait(continuation: continuation, deadline: .now + limit)
                let (answer, look) = state.withLock { state -> (Bool?, ContinuousClock.Instant?) in
                    if state.hasRung {
                        state.hasRung = false
                        return (true, nil)
                    }
                    // A cancellation from here on finds the wait.
                    if Task.isCancelled { return (false, nil) }
                    state.wait = wait
                    return (nil, state.lookDue())
                }
                if let answer { continuation.resume(returning: answer) }
                if let look { schedule(look) }
            }
        } onCancel: {
            let wait: Wait? = state.withLock { state in
                defer { state.wait = nil }
                return state.wait
            }
            wait?.continuation.resume(returning: false)
        }
    }

    private func schedule(_ look: ContinuousClock.Instant) {
        let left = max(.zero, ContinuousClock.now.duration(to: look))
        timer.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: Int64(left / .nanoseconds(1))))) { [weak self] in
            self?.lookAtDeadline(look)
        }
    }

    private func lookAtDeadline(_ look: ContinuousClock.Instant) {
        let (wait, next) = state.withLock { state -> (Wait?, ContinuousClock.Instant?) in
            if state.look == look { state.look = nil }
            guard let wait = state.wait else { return (nil, nil) }
            guard wait.deadline <= .now else { return (nil, state.lookDue()) }
            state.wait = nil
            return (wait, nil)
        }
        wait?.continuation.resume(returning: false)
        if let next { schedule(next) }
    }
}
