import EventLog
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Closes the identities' open tier when it is large, and has the filters of the closed ones at hand.
///
/// A failure is only logged: appends are slower meanwhile, and the next round tries again.
struct IdentityKeeper: Service {
    let pool: PostgresPool
    let tiers: IdentityTiers
    /// Identities.
    let size: Int
    let logger: Logger

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                var busy = 0
                while true {
                    busy = await close() == .busy ? busy + 1 : 0
                    if busy > 0, busy % Self.patience == 0 {
                        logger.warning(
                            "Tier of identities not closed: it is always in use", metadata: ["tries": "\(busy)"])
                    }
                    await refresh()
                    // Whoever appends waits for each attempt, so that they become rarer; and replicas take turns.
                    let interval = Self.interval * min(1 + busy, Self.patience)
                    try await Task.sleep(for: interval * Double.random(in: 0.8...1.2))
                }
            }
        } catch is CancellationError {
            // The service is stopping.
        }
    }

    private static let interval = Duration.seconds(10)
    private static let patience = 12

    private func close() async -> IdentityTiers.Closing {
        do {
            let closing = try await IdentityTiers.close(holding: size, in: pool)
            if closing == .closed { logger.info("Tier of identities closed") }
            return closing
        } catch {
            logger.warning("Tier of identities not closed", metadata: ["error": "\(error)"])
            return .notDue
        }
    }

    private func refresh() async {
        do {
            try await tiers.refresh(in: pool)
        } catch {
            logger.warning("Filters of identities not read or made", metadata: ["error": "\(error)"])
        }
    }
}
