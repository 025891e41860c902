import EventLog
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Makes the log's partitions for the months ahead and settles those that are over, at start and then every few hours.
///
/// A failure is only logged, and tried again within minutes: rows without a partition of their own go to the default one,
/// and the next round moves them; months that are not settled cost consumers some time.
struct PartitionKeeper: Service {
    let pool: PostgresPool
    let logger: Logger
    private let interval = Duration.seconds(6 * 3600)
    private let retryInterval = Duration.seconds(300)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    // With a month missing, all appends go to the partition that settling locks.
                    var isDone = await attempt("made", LogPartitions.create)
                    if isDone { isDone = await attempt("settled", LogPartitions.settle) }
                    try await Task.sleep(for: isDone ? interval : retryInterval)
                }
            }
        } catch is CancellationError {
            // The service is stopping.
        }
    }

    private func attempt(_ deed: String, _ body: @Sendable (Connection) async throws -> Int) async -> Bool {
        do {
            let count = try await pool.withConnection { try await body($0) }
            if count > 0 {
                logger.info("Partitions \(deed)", metadata: ["count": "\(count)"])
            }
            return true
        } catch {
            logger.warning("Partitions not \(deed)", metadata: ["error": "\(error)"])
            return false
        }
    }
}
