import ServiceLifecycle
import Synchronization

/// The last of a group's services, and so the first that hears of a graceful shutdown: it tells the watch that time
/// runs, and remembers that the end is wanted.
final class ShutdownMark: Service {
    private let isWanted = Mutex(false)
    private let started: AsyncStream<Void>.Continuation

    init(started: AsyncStream<Void>.Continuation) {
        self.started = started
    }

    /// Whether a graceful shutdown has begun.
    var hasBegun: Bool { isWanted.withLock { $0 } }

    func run() async throws {
        // Cancelled where another service has failed: that is no shutdown anybody asked for.
        defer { started.finish() }
        try await gracefulShutdown()
        isWanted.withLock { $0 = true }
        started.yield()
    }
}
