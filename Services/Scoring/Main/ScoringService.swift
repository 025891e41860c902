import EventLog
import Ledger
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Runs the worker while this process is the active one. A database that goes away is waited for; what is in hand is
/// finished at shutdown, and given up where another process has become the active one.
struct ScoringService: Service {
    /// The name of scoring's position in the log.
    static let consumer = "scoring"

    let worker: ScoringWorker
    let sleeper: Sleeper
    let leadership: Leadership
    let metrics: ScoringMetrics
    let logger: Logger

    func run() async throws {
        var backoff = Backoff()
        while !isStopping {
            do {
                try await untilShutdown { try await leadership.acquire() }
                metrics.record(isActive: true)
                backoff = Backoff()
                // Whoever was active before may have written.
                await worker.forget()
                try await leadership.lead { try await work() }
            } catch  where isStopping {
                break
            } catch {
                metrics.record(isActive: false)
                let delay = backoff.next()
                logger.warning(
                    "Scoring interrupted, going on soon", metadata: ["error": "\(error)", "after": "\(delay)"])
                await pause(delay)
            }
        }
        await leadership.release()
    }

    private func work() async throws {
        while !isStopping {
            let started = ContinuousClock.now
            // It sleeps where there is nothing to do; a shutdown ends the sleep, not the work.
            switch try await worker.step(after: sleeper) {
            case .worked(let work):
                metrics.record(work, took: ContinuousClock.now - max(started, sleeper.lastWoken))
            case .standby:
                // Somebody holds the position for a while: a replay, or a process that is about to stand by.
                await pause(.milliseconds(200))
            case .settling(let end):
                // More events may come meanwhile: they are looked for often, since nobody rings while this is awake.
                await pause(min(end - .now, .milliseconds(20)))
            case .idle: break
            }
        }
    }

    private var isStopping: Bool { Task.isCancelled || Task.isShuttingDownGracefully }

    /// Waiting ends at shutdown; work does not.
    private func untilShutdown(_ wait: @escaping @Sendable () async throws -> Void) async throws {
        try await cancelWhenGracefulShutdown(wait)
    }

    private func pause(_ duration: Duration) async {
        do {
            try await untilShutdown { try await Task.sleep(for: duration) }
        } catch {
            // Only the shutdown ends a pause early, which the loop looks at next.
        }
    }
}
