package import Logging
package import Postgres
import ServiceLifecycle

/// Wakes the consumers that sleep on a channel, after a commit: one NOTIFY for all commits of this process that came
/// while the last one was on its way, and none where nobody sleeps.
///
/// A commit that notifies takes a lock of the whole database, so it must never be the commit of an append.
package struct WakeUp: Service {
    private let pool: PostgresPool
    private let channel: LogChannel
    private let logger: Logger
    private let requests: AsyncStream<Void>
    private let requested: AsyncStream<Void>.Continuation

    package init(pool: PostgresPool, channel: LogChannel = .log, logger: Logger) {
        self.pool = pool
        self.channel = channel
        self.logger = logger
        // One pending request stands for any number.
        (requests, requested) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for a wake-up and returns at once. To be called after the commit, never before: a consumer that looks
    /// between the two would sleep on.
    package func request() { requested.yield() }

    /// Sends what is requested, until shutdown.
    package func run() async throws {
        for await _ in requests.cancelOnGracefulShutdown() {
            do {
                try await send()
            } catch {
                // Costs one poll interval of the consumers; the database's own troubles are logged elsewhere.
                logger.debug("Wake-up not sent", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Wakes now.
    ///
    /// - Returns: Whether anybody slept.
    @discardableResult
    package func send() async throws(PostgresError) -> Bool {
        let rows = try await pool.query(Self.sql, [.text(channel.name)])
        return !rows.isEmpty
    }

    /// Whoever clears a mark notifies, so that of many processes one does. A mark that is locked is being cleared by
    /// another one, or being set by a consumer that will look at the log once more.
    private static let sql = """
        WITH woken AS (
            UPDATE log.sleeper AS s SET asleep = false
            FROM (SELECT channel, worker FROM log.sleeper WHERE channel = $1 AND asleep FOR UPDATE SKIP LOCKED) AS f
            WHERE s.channel = f.channel AND s.worker = f.worker
            RETURNING s.worker
        )
        SELECT pg_notify($1, '')::text FROM (SELECT FROM woken LIMIT 1) AS once
        """
}
