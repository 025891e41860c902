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
            guard try await arrives(within: Self.patience) else {
                logger.warning(
                    "Notifications do not arrive: events wait for the poll interval. A connection pooler in transaction mode does this; give the way round it as ONUS_DATABASE_DIRECT_URL",
                    metadata: ["waited_s": "\(Self.patience / .seconds(1))"])
                return
            }
            logger.debug("Notifications arrive")
        } catch {
            // Told to stop, or the database has gone again; both are seen and said elsewhere.
            logger.debug("Notifications not tested", metadata: ["error": "\(error)"])
        }
    }

    /// Sends a notification through the pool and waits for it on a connection of its own.
    ///
    /// - Returns: Whether it came in time.
    func arrives(within limit: Duration) async throws -> Bool {
        do {
            try await withTimeLimit(limit) { try await waitForOwn() }
            return true
        } catch is TimeLimitExceeded {
            return false
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
