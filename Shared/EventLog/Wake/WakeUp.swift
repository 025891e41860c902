package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Wakes the consumers that sleep on a channel, after a commit: one NOTIFY for all commits of this process that came
/// while the last one was on its way, and none where nobody sleeps.
///
/// A commit that notifies takes a lock of the whole database, so it must never be the commit of an append.
package final class WakeUp: Service {
    private let pool: PostgresPool
    private let channel: LogChannel
    private let pause: Duration
    /// A setting of PostgreSQL.
    private let lockTimeout: String
    private let logger: Logger
    private let requests: AsyncStream<Void>
    private let requested: AsyncStream<Void>.Continuation
    /// Until then nobody is asked whether somebody sleeps.
    private let quietUntil = Mutex(ContinuousClock.now)
    /// Until then wake-ups go by themselves, not behind appends.
    private let apartUntil = Mutex(ContinuousClock.now)
    private static let troubled = Duration.seconds(1)
    /// Whether one that failed may have taken the sleepers' mark without having notified: the mark is seen at once, by
    /// everybody, and stays where the transaction does not.
    private let isOwing = Mutex(false)

    /// - Parameters:
    ///   - pause: How long nobody is asked after nobody slept.
    ///   - patience: How long a wake-up waits for a lock before it is tried again apart from appends.
    package init(
        pool: PostgresPool, channel: LogChannel = .log, pause: Duration = .milliseconds(2),
        patience: Duration = .milliseconds(250), logger: Logger
    ) {
        self.pool = pool
        self.channel = channel
        self.pause = pause
        lockTimeout = "\(Int64(patience / .milliseconds(1)))ms"
        self.logger = logger
        // One pending request stands for any number.
        (requests, requested) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for a wake-up and returns at once. To be called after the commit, never before: a consumer that looks
    /// between the two would sleep on.
    package func request() { requested.yield() }

    /// The wake-up as a statement to be sent right behind the transaction that it is for: the server then runs it a round
    /// trip and two changes of threads earlier than after ``request()``.
    ///
    /// - Returns: `nil` while those who read are known to be awake, or where the last one failed: then ``request()`` after
    ///   the commit.
    package func postscript() -> Postscript? {
        guard quietUntil.withLock({ $0 <= .now }), apartUntil.withLock({ $0 <= .now }) else { return nil }
        return Postscript(statement) { [self] result in
            do {
                if try !Self.hasWoken(result.get()) { hush() }
            } catch {
                isOwing.withLock { $0 = true }
                apartUntil.withLock { $0 = .now + Self.troubled }
                request()
            }
        }
    }

    /// Nobody slept: whoever reads has enough to do for so long. To ask after each of a thousand commits a second would
    /// cost the database a good part of what they do.
    private func hush() { quietUntil.withLock { $0 = .now + pause } }

    /// Sends what is requested, until shutdown; what can't be sent is tried again until it can.
    package func run() async throws {
        // The stream is ended rather than its iteration cancelled: what was requested before is still sent.
        await withGracefulShutdownHandler {
            for await _ in requests {
                // The sleep ends early only by cancellation.
                try? await Task.sleep(until: quietUntil.withLock { $0 }, clock: .continuous)
                if await !sendPatiently() { hush() }
            }
        } onGracefulShutdown: {
            self.requested.finish()
        }
    }

    /// - Returns: Whether somebody slept.
    private func sendPatiently() async -> Bool {
        var delay = Duration.milliseconds(10)
        var ending: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                return try await send()
            } catch {
                // The database's own troubles are logged elsewhere.
                logger.debug("Wake-up not sent, tried again", metadata: ["error": "\(error)"])
            }
            // Nobody else sends what is owed, and a shutdown has some seconds.
            if Task.isShuttingDownGracefully {
                let begun = ending ?? .now
                if .now - begun > Self.troubled { break }
                ending = begun
            }
            // The sleep ends early only by cancellation, which the loop sees.
            try? await Task.sleep(for: delay)
            delay = min(delay * 2, .seconds(1))
        }
        return false
    }

    /// Wakes now.
    ///
    /// - Returns: Whether anybody slept who was not notified yet, as far as is known.
    @discardableResult
    package func send() async throws(PostgresError) -> Bool {
        let isOwed = isOwing.withLock { owing in
            defer { owing = false }
            return owing
        }
        do {
            // Of two equal notifications of a transaction one is sent.
            let notice = isOwed ? [Statement.committingSoon, notification] : []
            let results = try await pool.pipeline([statement] + notice)
            return try Self.hasWoken(results[0]) || isOwed
        } catch {
            isOwing.withLock { $0 = true }
            throw error
        }
    }

    /// Waits for no lock longer than its patience, that of the commit with its notification included: whoever has it (one
    /// whose commit waits for a standby, perhaps) must not hold up the appends that come behind.
    private var statement: Statement {
        Statement(
            "SELECT set_config('lock_timeout', $2, true), log.wake($1)",
            [.text(channel.name), .text(lockTimeout)])
    }

    private static func hasWoken(_ results: ResultSet) throws(PostgresError) -> Bool { try results.only().bool(1) }

    /// Wakes whoever listens now, whether they sleep or not: for channels whose listeners don't say so.
    package func notify() async throws(PostgresError) {
        _ = try await pool.pipeline([.committingSoon, notification])
    }

    private var notification: Statement { Statement("SELECT pg_notify($1, '')::text", [.text(channel.name)]) }
}
