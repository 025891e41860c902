import Logging
import Postgres
import ServiceLifecycle

/// Waits for the database, checks it, and then runs the service's own work.
///
/// A database that is down at start is waited for with backoff, while `/readyz` says 503: in a cluster nobody
/// promises an order of starts.
struct CheckedStart: Service {
    let parts: ServiceParts
    let phase: StartPhase
    let services: [any Service]

    func run() async throws {
        guard try await checkedBeforeShutdown() else { return }
        phase.passed()
        await DatabaseChecks(parts).warnOfPooler()
        let probe = NotificationProbe(
            configuration: ServicePool.sessionConfiguration(parts.settings), pool: parts.pool, logger: parts.logger)
        parts.logger.info("Service ready", metadata: ["role.group": "\(parts.settings.service.databaseRole)"])
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask(name: "notification probe") { await probe.run() }
            defer { group.cancelAll() }
            if services.isEmpty {
                try await gracefulShutdown()
            } else {
                // Inherits the graceful shutdown of the group that runs this.
                try await ServiceGroup(configuration: .init(services: services, logger: parts.logger)).run()
            }
        }
    }

    /// `false` when the service was told to stop while it waited.
    private func checkedBeforeShutdown() async throws -> Bool {
        do {
            try await cancelWhenGracefulShutdown {
                try await waitAndCheck()
            }
            return !Task.isShuttingDownGracefully
        } catch is CancellationError {
            return false
        } catch let error as PostgresError where error.kind == .cancelled {
            return false
        }
    }

    private func waitAndCheck() async throws {
        var backoff = Backoff()
        while true {
            do {
                try await DatabaseChecks(parts).run()
                return
            } catch let error as PostgresError where error.isUnavailability {
                let delay = backoff.next()
                parts.logger.warning(
                    "Waiting for the database",
                    metadata: ["error": "\(error)", "retry_ms": "\(Int(delay / .milliseconds(1)))"])
                try await Task.sleep(for: delay)
            }
        }
    }
}
