import Logging
import Postgres

/// Makes one of several scoring processes the active one, so that what it remembers stays valid.
///
/// An advisory lock on a connection of its own: whoever stands by takes over soon after the holder's connection has
/// ended. It only saves work. That no event is scored twice is kept by the lock of the log's position.
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
        if connection != nil { return }
        let connection = try await Connection.connect(configuration, logger: logger)
        do throws(PostgresError) {
            if !sharesSessions {
                // A machine that dies without a word is noticed within five seconds, and its lock freed.
                _ = try await connection.query(
                    """
                    SELECT set_config('tcp_keepalives_idle', '2', false),
                        set_config('tcp_keepalives_interval', '1', false),
                        set_config('tcp_keepalives_count', '2', false)
                    """)
            }
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

    /// Makes sure that the lock is still held.
    ///
    /// - Throws: ``PostgresError`` where its connection has ended, and the lock with it.
    func confirm() async throws(PostgresError) {
        do throws(PostgresError) {
            _ = try await connection?.query("SELECT 1")
        } catch {
            await release()
            throw error
        }
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
        _ = try await connection.query("SET LOCAL idle_in_transaction_session_timeout = 0")
        if try await connection.query("SELECT pg_try_advisory_xact_lock(\(Self.key))").only().bool(0) { return true }
        _ = try await connection.query("ROLLBACK")
        return false
    }

    /// How often who stands by asks: with the four seconds after which a silent machine is given up, less than five.
    private static let interval = Duration.milliseconds(500)

    /// Advisory locks belong to the database; this one's number is derived from its name.
    private static let key = "hashtextextended('onus scoring leadership', 0)"
}
