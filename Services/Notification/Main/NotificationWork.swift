import Logging
import Postgres
import ServiceLifecycle

/// Plans and delivers until shutdown: woken by `NOTIFY onus_notice`, and by the clock where one got lost.
///
/// Graceful shutdown begins no new batch and finishes the one in hand.
struct NotificationWork: Service {
    /// The channel on which scoring says that notices are pending, and an operator that deliveries were resumed:
    /// `LogChannel.notice`, written again, as this service reads no log and imports no EventLog.
    static let channel = "onus_notice"
    /// How late a notice is at most when a notification was lost.
    static let planningInterval: Duration = .seconds(1)
    /// How late a retry is at most.
    static let deliveringInterval: Duration = .seconds(1)

    let planner: Planner
    let deliverer: Deliverer
    let listener: Listener
    let logger: Logger

    func run() async throws {
        let planning = Bell()
        let delivering = Bell()
        await withDiscardingTaskGroup { group in
            group.addTask { await tick(planning, every: Self.planningInterval) }
            group.addTask { await tick(delivering, every: Self.deliveringInterval) }
            group.addTask {
                for await _ in listener.cancelOnGracefulShutdown() {
                    planning.ring()
                    delivering.ring()
                }
            }
            group.addTask {
                await work(on: planning, "Planning") {
                    if try await planner.planAll() > 0 { delivering.ring() }
                }
            }
            group.addTask {
                await work(on: delivering, "Delivering") {
                    _ = try await deliverer.deliverAll { !Task.isShuttingDownGracefully }
                }
            }
        }
    }

    /// Does `step` at every ring. Trouble is told once when it begins and once when it is over; the next ring tries
    /// again.
    private func work(on bell: Bell, _ name: String, _ step: () async throws -> Void) async {
        var isTroubled = false
        for await _ in bell.rings.cancelOnGracefulShutdown() {
            do {
                try await step()
                if isTroubled { logger.notice("\(name) works again") }
                isTroubled = false
            } catch is CancellationError {
                return
            } catch {
                if !isTroubled { logger.warning("\(name) is held up", metadata: ["error": "\(error)"]) }
                isTroubled = true
            }
        }
    }

    private func tick(_ bell: Bell, every interval: Duration) async {
        bell.ring()
        // The only error is the cancellation that ends it.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                bell.ring()
            }
        }
    }
}
