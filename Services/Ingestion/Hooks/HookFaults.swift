import Logging
import Synchronization

/// What keeps hooks from working, as the operator is told: each hook's once a minute, however often it is called. A call
/// needs no secret to be refused for this.
final class HookFaults: Sendable {
    private static let pause = Duration.seconds(60)

    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    /// When each hook's was told last. Only hooks that are there get so far.
    private let told = Mutex<[String: ContinuousClock.Instant]>([:])

    init(logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.logger = logger
        self.now = now
    }

    func tell(_ fault: HookFault, of hook: String) {
        let now = now()
        let isDue = told.withLock { told in
            if let last = told[hook], now - last < Self.pause { return false }
            told[hook] = now
            return true
        }
        logger.log(
            level: isDue ? .error : .debug, "Hook not usable",
            metadata: ["hook": "\(hook)", "reason": "\(fault.reason)"])
    }
}

/// Why a hook can't take calls.
struct HookFault: Error, Hashable {
    /// Holds no secret.
    let reason: String
}
