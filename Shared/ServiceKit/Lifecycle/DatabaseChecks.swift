import Logging
import Postgres

/// ``StartChecks`` on every way into the database that a service was given, and what a pooler on the way calls for.
struct DatabaseChecks: Sendable {
    private let settings: ServiceSettings
    private let pool: PostgresPool
    private let logger: Logger

    init(_ parts: ServiceParts) {
        settings = parts.settings
        pool = parts.pool
        logger = parts.logger
    }

    /// - Throws: ``StartRefusal`` where the service may not start here, or a pooler refuses it that it was not told of;
    ///   ``PostgresError`` where the database does not answer.
    func run() async throws {
        do {
            try await pool.withConnection { try await StartChecks(service: settings.service).run($0) }
        } catch let error as PostgresError where Self.isRefusedByPooler(error) {
            throw StartRefusal(
                .usage,
                "ONUS_DATABASE_URL: expected PostgreSQL itself, got a pooler that shares sessions; set "
                    + "ONUS_DATABASE_POOLED=1, and ONUS_DATABASE_DIRECT_URL to the way round it")
        }
        guard settings.databaseDirectURL != nil else { return }
        let direct = try await Connection.connect(ServicePool.sessionConfiguration(settings), logger: logger)
        do {
            try await StartChecks(service: settings.service).run(direct)
        } catch {
            await direct.close()
            throw error
        }
        await direct.close()
    }

    /// Says that there is a pooler which the service was not told of. It may keep sessions, which does no harm; if not,
    /// statements fail one day, because they stay prepared in another session.
    func warnOfPooler() async {
        guard !settings.isDatabasePooled else { return }
        do {
            try await pool.withConnection { connection in
                // A pooler makes up the number that it gives as the process's.
                let process = try await connection.query("SELECT pg_backend_pid()").only().int4(0)
                guard await connection.backendPID != process else { return }
                logger.warning(
                    "A pooler stands before the database: where it shares sessions (PgBouncer in transaction mode), set ONUS_DATABASE_POOLED=1"
                )
            }
        } catch {
            // The database has gone again, which is seen and said elsewhere.
            logger.debug("Not looked for a pooler", metadata: ["error": "\(error)"])
        }
    }

    /// PgBouncer's own words, which it has in no other language.
    private static func isRefusedByPooler(_ error: PostgresError) -> Bool {
        error.kind == .connectionFailed && error.detail.contains("unsupported startup parameter")
    }
}
