package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// A consumer's sleep: it says that it sleeps, looks once more, and then waits for a notification or for the poll
/// interval, whichever comes first. A lost notification costs one interval.
package final class Sleeper: Service {
    private let pool: PostgresPool
    private let listener: Listener
    private let channel: LogChannel
    private let interval: Duration
    /// The last mark that this worker set; see `log.sleep` (V0075).
    private let mark = Atomic<Int64>(0)
    private let doorbell = Doorbell()

    /// - Parameters:
    ///   - configuration: For the connection that listens; it must not go through a pooler.
    ///   - consumer: Who sleeps, for people who look at `pg_stat_activity`: the connection that listens is named so.
    ///   - interval: The longest sleep.
    package init(
        pool: PostgresPool, configuration: ConnectionConfiguration, channel: LogChannel = .log, consumer: String,
        interval: Duration = .seconds(5), logger: Logger
    ) {
        self.pool = pool
        var configuration = configuration
        configuration.applicationName += " \(consumer)"
        listener = Listener(
            configuration: configuration, channels: [channel.name], logger: logger, alarm: doorbell.ring)
        self.channel = channel
        self.interval = interval
    }

    /// Listens until shutdown. A mark that stays costs one needless notification.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await event in self.listener where event == .connected {
                // What was sent before is lost. Notifications have rung already.
                self.doorbell.ring()
            }
        }
    }

    /// Wakes the worker of this process, from within it.
    package func wake() { doorbell.ring() }

    /// Sleeps until woken, for the interval, or until the task is cancelled.
    ///
    /// - Parameters:
    ///   - limit: A shorter interval for this once.
    ///   - isWorkWaiting: Looks for work once more after everybody can see that this worker sleeps; where it finds some,
    ///     there is no sleep.
    /// - Returns: Whether there may be work: it was woken, or some waits. False: the interval has passed.
    package func sleep(
        atMost limit: Duration? = nil, unless isWorkWaiting: () async throws -> Bool
    ) async throws -> Bool {
        try await markAsleep()
        if try await isWorkWaiting() { return true }
        return await doorbell.wait(for: limit.map { min($0, interval) } ?? interval)
    }

    /// Everybody can see it when it returns. A mark that nobody has been notified of stands, so an idle worker that
    /// polls writes nothing.
    private func markAsleep() async throws(PostgresError) {
        let marked = try await pool.query(
            "SELECT log.sleep($1, $2)", [.text(channel.name), .int8(mark.load(ordering: .relaxed))])
        mark.store(try marked.only().int8(0), ordering: .relaxed)
    }
}
