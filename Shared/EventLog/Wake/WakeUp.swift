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

    /// Sends what is requested, until shutdown; what can't be sent is tried again until it can.
    package func run() async throws {
        // The stream is ended rather than its iteration cancelled: what was requested before is still sent.
        await withGracefulShutdownHandler {
            for await _ in requests {
                if await sendPatiently() { continue }
                // Nobody slept: whoever reads has enough to do for so long. To ask after each of a thousand commits a
                // second would cost the database a good part of what they do. It ends early only by cancellation.
                try? await Task.sleep(for: Self.pause)
            }
        } onGracefulShutdown: {
            requested.finish()
        }
    }

    /// - Returns: Whether somebody slept.
    private func sendPatiently() async -> Bool {
        var delay = Duration.milliseconds(10)
        while !Task.isCancelled {
            do {
                return try await send()
            } catch {
                // The database's own troubles are logged elsewhere.
                logger.debug("Wake-up not sent, tried again", metadata: ["error": "\(error)"])
            }
            if Task.isShuttingDownGracefully { break }
            // The sleep ends early only by cancellation, which the loop sees.
            try? await Task.sleep(for: delay)
            delay = min(delay * 2, .seconds(1))
        }
        return false
    }

    private static let pause = Duration.milliseconds(2)

    /// Wakes now.
    ///
    /// - Returns: Whether anybody slept who was not notified yet.
    @discardableResult
    package func send() async throws(PostgresError) -> Bool {
        try await pool.query("SELECT log.wake($1)", [.text(channel.name)]).only().bool(0)
    }

    /// Wakes whoever listens now, whether they sleep or not: for channels whose listeners don't say so.
    package func notify() async throws(PostgresError) {
        _ = try await pool.pipeline([
            .committingSoon, Statement("SELECT pg_notify($1, '')::text", [.text(channel.name)]),
        ])
    }
}
