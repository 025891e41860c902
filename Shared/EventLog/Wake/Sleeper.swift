package import Logging
package import Postgres
import ServiceLifecycle

/// A consumer's sleep: it says that it sleeps, looks once more, and then waits for a notification or for the poll
/// interval, whichever comes first. A lost notification costs one interval.
package struct Sleeper: Service {
    private let pool: PostgresPool
    private let listener: Listener
    private let channel: LogChannel
    private let consumer: String
    private let interval: Duration
    private let worker: UUIDBytes
    private let doorbell = Doorbell()

    /// - Parameters:
    ///   - configuration: For the connection that listens; it must not go through a pooler.
    ///   - consumer: Who sleeps, for people who look at `log.sleeper`.
    ///   - interval: The longest sleep.
    package init(
        pool: PostgresPool, configuration: ConnectionConfiguration, channel: LogChannel = .log, consumer: String,
        interval: Duration = .seconds(5), worker: UUIDBytes = .random(), logger: Logger
    ) {
        self.pool = pool
        listener = Listener(configuration: configuration, channels: [channel.name], logger: logger)
        self.channel = channel
        self.consumer = consumer
        self.interval = interval
        self.worker = worker
    }

    /// Listens until shutdown, and takes its mark away.
    package func run() async throws {
        for await _ in listener.cancelOnGracefulShutdown() {
            // Also when it has just connected: what was sent before is lost.
            doorbell.ring()
        }
        do {
            _ = try await pool.execute(
                "DELETE FROM log.sleeper WHERE channel = $1 AND worker = $2", [.text(channel.name), .uuid(worker)])
        } catch {
            // A mark that stays costs one needless notification; a day later another worker removes it.
        }
    }

    /// Wakes the worker of this process, from within it.
    package func wake() { doorbell.ring() }

    /// Sleeps until woken, for the interval, or until the task is cancelled.
    ///
    /// - Parameter isWorkWaiting: Looks for work once more after everybody can see that this worker sleeps; where it
    ///   finds some, there is no sleep.
    /// - Returns: Whether there may be work: it was woken, or some waits. False: the interval has passed.
    package func sleep(unless isWorkWaiting: () async throws -> Bool) async throws -> Bool {
        try await markAsleep()
        if try await isWorkWaiting() { return true }
        return await doorbell.wait(for: interval)
    }

    /// Committed when it returns. A mark that stands is left alone, so an idle worker that polls writes nothing.
    private func markAsleep() async throws(PostgresError) {
        let marked = try await pool.execute(
            """
            INSERT INTO log.sleeper AS s (channel, worker, consumer, asleep) VALUES ($1, $2, $3, true)
            ON CONFLICT (channel, worker) DO UPDATE SET asleep = true, updated = now() WHERE NOT s.asleep
            """,
            [.text(channel.name), .uuid(worker), .text(consumer)])
        guard marked > 0 else { return }
        _ = try await pool.execute(
            """
            DELETE FROM log.sleeper
            WHERE channel = $1 AND worker <> $2 AND updated < now() - interval '1 day'
            """,
            [.text(channel.name), .uuid(worker)])
    }
}
