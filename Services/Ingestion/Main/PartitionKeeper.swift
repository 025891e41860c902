import EventLog
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Makes the log's partitions for the months ahead, at start and then every few hours.
///
/// A failure is only logged: rows without a partition of their own go to the default one, and the next round moves
/// them.
struct PartitionKeeper: Service {
    let pool: PostgresPool
    let logger: Logger
    private let interval = Duration.seconds(6 * 3600)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    await makePartitions()
                    try await Task.sleep(for: interval)
                }
            }
        } catch is CancellationError {
            // The service is stopping.
        }
    }

    private func makePartitions() async {
        do {
            let made = try await pool.withConnection { connection in
                try await LogPartitions.create(connection)
            }
            if made > 0 {
                logger.info("Partitions made", metadata: ["count": "\(made)"])
            }
        } catch {
            logger.warning("Partitions not made", metadata: ["error": "\(error)"])
        }
    }
}
