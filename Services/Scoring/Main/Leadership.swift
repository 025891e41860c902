import Logging
import Postgres

/// Makes one of several scoring processes the active one, so that what it remembers stays valid.
///
/// An advisory lock on a connection of its own: whoever stands by takes over soon after the holder's connection has
/// ended. The server ends it where the holder is silent for four seconds: it may be frozen, or its machine cut off. It only
/// saves work. That no event is scored twice is kept by the lock of the log's position.
///
/// The lock is the session's. Through a pooler that shares sessions it would stay with a session that others are given;
/// there it is the lock of a transaction that stays open as long as this process is active. It reads nothing, so it
/// keeps no row from being vacuumed.
actor Leadership {
    private let configuration: ConnectionConfiguration
    private let sharesSessions: Bool
    private let logger: Logger
    private var connection: Connection?

    /// - Parameter sharesSessions: Whether `configuration` leads through a pooler that shares sessions.
    init(configuration: ConnectionConfiguration, sharesSessions: Bool = false, logger: Logger) {
        self.configuration = configuration
        self.sharesSessions = sharesSessions
        self.logger = logger
    }

    /// Waits until this process is the active one.
    ///
    /// - Throws: ``PostgresError`` where the database can't be reached, or the task is cancelled.
    func acquire() async throws(PostgresError) {
        await release()
        let connection = try await Connection.connect(configuration, logger: logger)
        do throws(PostgresError) {
            if !sharesSessions { _ = try await connection.pipeline([Connection.endsWhenSilent]) }
            var isStandingBy = false
            // Asked again and again: a statement that waited for the lock would hold its snapshot for as long, and
            // nothing in the whole cluster could be vacuumed beyond it.
            while try await !take(on: connection) {
                if !isStandingBy { logger.info("Standing by while another scoring process is active") }
                isStandingBy = true
                do { try await Task.sleep(for: Self.interval) } catch {
                    throw PostgresError(.cancelled, "the task was cancelled while it stood by")
                }
            }
        } catch {
            await connection.close()
            throw error
        }
        self.connection = connection
        logger.info("Scoring is active")
    }

    /// Runs `work` as the active process, and makes sure each second that it still is; where it isn't, `work` is cancelled.
    /// Whatever ends it, another process may take over afterwards.
    ///
    /// - Throws: What `work` throws; ``PostgresError`` where the lock's connection has ended, and the lock with it, or was
    ///   never acquired.
    func lead(_ work: @escaping @Sendable () async throws -> Void) async throws {
        guard let connection else { throw PostgresError(.closed, "expected an acquired lock, found none") }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await connection.beat() }
                group.addTask { try await work() }
                defer { group.cancelAll() }
                _ = try await group.next()
            }
        } catch {
            await release()
            throw error
        }
        await release()
    }

    /// Lets another process take over.
    func release() async {
        await connection?.close()
        connection = nil
    }

    /// Takes the lock unless somebody has it.
    private func take(on connection: Connection) async throws(PostgresError) -> Bool {
        guard sharesSessions else {
            return try await connection.query("SELECT pg_try_advisory_lock(\(Self.key))").only().bool(0)
        }
        _ = try await connection.query("BEGIN")
        _ = try await connection.query("SET LOCAL idle_in_transaction_session_timeout = \(Connection.silenceSetting)")
        if try await connection.query("SELECT pg_try_advisory_xact_lock(\(Self.key))").only().bool(0) { return true }
        _ = try await connection.query("ROLLBACK")
        return false
    }

    /// How often who stands by asks: with the time of silence, less than five seconds.
    private static let interval = Duration.milliseconds(500)

    /// Advisory locks belong to the database; this one's number is derived from its name.
    private static let key = "hashtextextended('onus scoring leadership', 0)"
}
