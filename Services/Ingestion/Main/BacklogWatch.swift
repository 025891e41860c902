import EventLog
import Logging
import Postgres
import ServiceLifecycle

/// Looks each second how far the consumers are behind, and shuts the gate or opens it.
struct BacklogWatch: Service {
    let pool: PostgresPool
    let gate: BacklogGate
    let logger: Logger
    private let interval = Duration.seconds(1)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    await look()
                    try await Task.sleep(for: interval)
                }
            }
        } catch is CancellationError {
            // The service is stopping.
        }
    }

    /// One look. A database that does not answer leaves the gate as it is: appends say what is the matter.
    func look() async {
        do {
            let backlog = try await LogBacklog.read(pool)
            switch gate.report(backlog.events) {
            case true?:
                logger.warning(
                    "Events are refused until the consumers have caught up",
                    metadata: ["unread": "\(backlog.events)", "limit": "\(gate.limit)"])
            case false?: logger.notice("Events are taken again", metadata: ["unread": "\(backlog.events)"])
            case nil: break
            }
        } catch {
            logger.debug("Backlog not looked at", metadata: ["error": "\(error)"])
        }
    }
}
