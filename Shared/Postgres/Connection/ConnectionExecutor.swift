import Dispatch

/// Runs one connection's work on a Dispatch queue of its own, so that libpq (name resolution,
/// TLS) never holds up a thread of Swift's pool.
///
/// `DispatchSerialQueue`, which would serve as an executor itself, is missing on Linux.
final class ConnectionExecutor: SerialExecutor {
    let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// Lets the socket's event handlers, which run on the queue but in no task, enter the actor.
    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}

extension ConnectionExecutor {
    /// Runs `work` on the queue after a while.
    func after(_ delay: Duration, _ work: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + delay.dispatchInterval, execute: work)
    }
}

extension Duration {
    /// Nanoseconds, capped at about 292 years.
    var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return .nanoseconds(overflow ? Int.max : Int(nanoseconds) + Int(attoseconds / 1_000_000_000))
    }
}
