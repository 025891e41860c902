import Logging
import Postgres

/// Tests at start whether notifications reach this process, and says so when they don't.
///
/// A pooler in transaction mode takes LISTEN and delivers nothing. Nothing is lost then, because consumers poll; it is
/// only slow, and nobody would find out why.
struct NotificationProbe: Sendable {
    private static let patience = Duration.seconds(3)

    let configuration: ConnectionConfiguration
    let pool: PostgresPool
    let logger: Logger

    func run() async {
        do {
            try await withTimeLimit(Self.patience) { try await waitForOwn() }
            logger.debug("Notifications arrive")
        } catch is TimeLimitExceeded {
            logger.warning(
                "Notifications do not arrive: events wait for the poll interval. A connection pooler in transaction mode does this; connect the service directly",
                metadata: ["waited_s": "\(Self.patience / .seconds(1))"])
        } catch {
            // Told to stop, or the database has gone again; both are seen and said elsewhere.
            logger.debug("Notifications not tested", metadata: ["error": "\(error)"])
        }
    }

    private func waitForOwn() async throws {
        // A channel of its own: other processes test at the same time.
        let channel = "onus_probe_\(UInt64.random(in: 0 ... .max))"
        let listener = Listener(configuration: configuration, channels: [channel], logger: logger)
        for await event in listener {
            switch event {
            case .connected: try await pool.execute("SELECT pg_notify($1, '')::text", [.text(channel)])
            case .notification: return
            }
        }
        throw CancellationError()
    }
}
