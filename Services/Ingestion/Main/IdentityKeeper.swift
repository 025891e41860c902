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
    private let interval = Duration.seconds(10)

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    await keep()
                    try await Task.sleep(for: interval)
                }
            }
        } catch is CancellationError {
            // The service is stopping.
        }
    }

    private func keep() async {
        do {
            if try await IdentityTiers.close(holding: size, in: pool) {
                logger.info("Tier of identities closed")
            }
            try await tiers.refresh(in: pool)
        } catch {
            logger.warning("Tiers of identities not kept", metadata: ["error": "\(error)"])
        }
    }
}
