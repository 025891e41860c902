package import Logging
package import Postgres

/// Tests whether notifications reach this process: through a pooler that hands transactions to different sessions
/// they don't, and every wake-up would cost a poll interval.
package struct NotificationProbe: Sendable {
    private let pool: PostgresPool
    private let configuration: ConnectionConfiguration
    private let logger: Logger

    package init(pool: PostgresPool, configuration: ConnectionConfiguration, logger: Logger) {
        self.pool = pool
        self.configuration = configuration
        self.logger = logger
    }

    /// Sends a notification through the pool and waits for it on a connection of its own.
    ///
    /// - Returns: Whether it came in time. Also false where there is no connection.
    package func arrives(within limit: Duration = .seconds(3)) async -> Bool {
        let mark = UUIDBytes.random().description
        let listener = Listener(configuration: configuration, channels: [Self.channel], logger: logger)
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { [pool] in
                for await event in listener {
                    switch event {
                    case .connected:
                        do {
                            _ = try await pool.query(
                                "SELECT pg_notify($1, $2)::text", [.text(Self.channel), .text(mark)])
                        } catch {
                            return false
                        }
                    case .notification(_, let payload) where payload == mark: return true
                    case .notification: continue  // another process's probe
                    }
                }
                return false
            }
            group.addTask {
                // A cancelled sleep ends the probe.
                try? await Task.sleep(for: limit)
                return false
            }
            let hasArrived = await group.next() ?? false
            group.cancelAll()
            return hasArrived
        }
    }

    private static let channel = "onus_probe"
}
