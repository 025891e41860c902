import EventLog
import Logging
import Models
import Postgres
import ServiceKit
import ServiceLifecycle

/// Stores what an operator has approved in the console, whose own role may not append.
///
/// It looks every two seconds: people wait for it, machines don't. Several replicas may look at once; a row is locked
/// while it is released.
struct QuarantineReleaser: Service {
    let pool: PostgresPool
    let rules: RulesCache
    let translate: QuarantineDesk.HookTranslation
    let wakeUp: WakeUp
    let logger: Logger

    private static let interval = Duration.seconds(2)
    private static let organizationsAtOnce: Int32 = 100
    private static let eventsAtOnce = 100

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try await Task.sleep(for: Self.interval)
                    await round()
                }
            }
        } catch is CancellationError {
            // The service is stopping.
        }
    }

    private func round() async {
        do {
            try await releaseAll()
        } catch {
            logger.warning("Approved events not released", metadata: ["error": "\(error)"])
        }
    }

    /// Releases what is approved now, in all organisations.
    ///
    /// - Returns: How many are in the log, and of those that are held on how many of their events.
    @discardableResult
    func releaseAll() async throws -> Int {
        let rows = try await pool.query(
            "SELECT log.organizations_with_approved($1)", [.int4(Self.organizationsAtOnce)])
        var released = 0
        for row in rows {
            released += try await releaseAll(of: OrganizationID(rawValue: try row.int4(0)))
        }
        if released > 0 {
            wakeUp.request()
            logger.info("Events released from quarantine", metadata: ["count": "\(released)"])
        }
        return released
    }

    private func releaseAll(of organization: OrganizationID) async throws -> Int {
        let rules = try await rules.rules(of: organization)
        let approved = try await pool.withTransaction { connection in
            try await desk(connection, organization).numbers(.approved, limit: Self.eventsAtOnce)
        }
        var released = 0
        for id in approved {
            do {
                let outcome = try await pool.withTransaction { connection in
                    try await desk(connection, organization).release(
                        id, by: nil, minimising: rules, translating: translate)
                }
                switch outcome {
                case .released: released += 1
                case .stillRejected(_, let stored): released += stored
                case .nothingKept, .notHeld: break
                }
            } catch let error as PostgresError where error.isRetryable {
                // Not the event's fault: the identities' tier was closed meanwhile, for example. It stays approved.
                logger.info(
                    "Approved event not released yet", metadata: ["quarantine": "\(id)", "error": "\(error)"])
            } catch let error as PostgresError where !error.isUnavailability {
                // No event that the catalogue accepts should be refused; the others must not wait for this one.
                logger.error(
                    "Event refused by the database", metadata: ["quarantine": "\(id)", "error": "\(error)"])
                try await pool.withTransaction { connection in
                    try await desk(connection, organization).hold(id, because: .notStorable)
                }
            }
        }
        return released
    }

    private func desk(_ connection: Connection, _ organization: OrganizationID) async throws -> QuarantineDesk {
        _ = try await connection.query(
            "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
        return QuarantineDesk(connection, organization: organization)
    }
}
