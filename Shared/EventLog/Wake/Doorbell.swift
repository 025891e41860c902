import Synchronization

/// One bit of "somebody rang": rings before the wait count, and any number of them are one.
package final class Doorbell: Sendable {
    private enum State {
        case quiet
        case rung
        case awaited(CheckedContinuation<Bool, Never>)
    }

    private let state = Mutex(State.quiet)

    package init() {}

    package func ring() {
        let awaiting: CheckedContinuation<Bool, Never>? = state.withLock { state in
            if case .awaited(let continuation) = state {
                state = .quiet
                return continuation
            }
            state = .rung
            return nil
        }
        awaiting?.resume(returning: true)
    }

    /// Returns at the next ring (at once where one came since the last wait), after `limit`, or when the task is
    /// cancelled. One task waits at a time.
    ///
    /// - Returns: Whether it rang.
    package func wait(for limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.waitForRing() }
            group.addTask {
                // A cancelled sleep ends the wait, which is what the caller's cancellation asks for.
                try? await Task.sleep(for: limit)
                return false
            }
            var hasRung = await group.next() ?? false
            group.cancelAll()
            // A ring that came just as the time was up was taken, so it counts.
            for await other in group where other { hasRung = true }
            return hasRung
        }
    }

    private func waitForRing() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if case .rung = state {
                        state = .quiet
                        return true
                    }
                    // A cancellation from here on finds the continuation.
                    if Task.isCancelled { return false }
                    state = .awaited(continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let awaiting: CheckedContinuation<Bool, Never>? = state.withLock { state in
                guard case .awaited(let continuation) = state else { return nil }
                state = .quiet
                return continuation
            }
            awaiting?.resume(returning: false)
        }
    }
}
