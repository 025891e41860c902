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
    /// Whether the connection that listens is like those of the pool.
    private let lends: Bool
    private let listening = Mutex<Connection?>(nil)
    private let nap = Mutex((end: ContinuousClock.now, length: Duration.zero))

    /// - Parameters:
    ///   - configuration: For the connection that listens; it must not go through a pooler. Where it is the pool's, too,
    ///     whoever wakes may read on that connection (``LogConsumer/withBatch(limit:after:_:)``).
    ///   - consumer: Who sleeps, for people who look at `pg_stat_activity`: the connection that listens is named so.
    ///   - interval: The longest sleep.
    package init(
        pool: PostgresPool, configuration: ConnectionConfiguration, channel: LogChannel = .log, consumer: String,
        interval: Duration = .seconds(5), logger: Logger
    ) {
        self.pool = pool
        var configuration = configuration
        lends =
            configuration.url == pool.configuration.url
            && ![configuration, pool.configuration].contains { $0.preparedStatements == .off }
        configuration.applicationName += " \(consumer)"
        listener = Listener(
            configuration: configuration, channels: [channel.name], logger: logger, alarm: doorbell.ring)
        self.channel = channel
        self.interval = interval
    }

    /// Listens until shutdown. A mark that stays costs one needless notification.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var events = self.listener.makeAsyncIterator()
            // Notifications ring by themselves.
            while await events.next() != nil {
                self.listening.withLock { $0 = events.connection }
                // What was sent before is lost.
                self.doorbell.ring()
            }
            self.listening.withLock { $0 = nil }
        }
    }

    /// Wakes the worker of this process, from within it.
    package func wake() { doorbell.ring() }

    /// When the last sleep ended.
    package var lastWoken: ContinuousClock.Instant { nap.withLock { $0.end } }

    /// How long it was.
    var lastNap: Duration { nap.withLock { $0.length } }

    /// The connection that listens, where it may be used for statements too. It may go at any time.
    var connection: Connection? {
        guard lends else { return nil }
        return listening.withLock { $0 }.flatMap { $0.condition.isUsable ? $0 : nil }
    }

    /// Sleeps until woken, for the interval, or until the task is cancelled or the service told to stop.
    ///
    /// - Parameters:
    ///   - limit: A shorter interval for this once.
    ///   - isWorkWaiting: Looks for work once more after everybody can see that this worker sleeps; where it finds some,
    ///     there is no sleep.
    /// - Returns: Whether there may be work: it was woken, or some waits. False: the interval has passed.
    package func sleep(
        atMost limit: Duration? = nil, unless isWorkWaiting: () async throws -> Bool
    ) async throws -> Bool {
        guard try await lieDown(unless: isWorkWaiting) else { return true }
        return await rest(atMost: limit)
    }

    /// The sleep's beginning: everybody can see it when this returns.
    ///
    /// - Returns: Whether to ``rest(atMost:)``. False: some work waits.
    func lieDown(unless isWorkWaiting: () async throws -> Bool) async throws -> Bool {
        try await markAsleep()
        return try await !isWorkWaiting()
    }

    /// The sleep itself; it changes no thread where the task prefers that of ``connection``.
    ///
    /// - Returns: Whether it was woken.
    @discardableResult
    func rest(atMost limit: Duration? = nil) async -> Bool {
        let start = ContinuousClock.now
        let hasRung = await withGracefulShutdownHandler {
            await doorbell.wait(for: limit.map { min($0, interval) } ?? interval)
        } onGracefulShutdown: { [doorbell] in
            doorbell.ring()
        }
        nap.withLock { $0 = (.now, .now - start) }
        return hasRung
    }

    /// Everybody can see it when it returns. A mark that nobody has been notified of stands, so an idle worker that
    /// polls writes nothing.
    private func markAsleep() async throws(PostgresError) {
        try note(await pool.query(marking.sql, marking.bindings))
    }

    /// Says that this worker sleeps; the answer is for ``note(_:)``.
    var marking: Statement {
        Statement("SELECT log.sleep($1, $2)", [.text(channel.name), .int8(mark.load(ordering: .relaxed))])
    }

    func note(_ marked: ResultSet) throws(PostgresError) {
        mark.store(try marked.only().int8(0), ordering: .relaxed)
    }
}
