package import Logging
package import Postgres
import ServiceLifecycle

/// A consumer whose work is shared by key among any number of workers: processes, or several of these in one.
///
/// Each shard has a position of its own; all events of a key are in one shard, and one worker at a time works on it. The
/// number of shards bounds how many workers have something to do. It belongs to the consumer's name for good: another
/// number, or another key, would begin at the beginning of the log, so it is another name.
///
/// Each shard looks through the whole log, in the database: about half a microsecond an event. So shards suit handlers
/// that take much longer.
package struct ShardedConsumer: Sendable {
    package let name: String
    private let shards: [LogConsumer]
    private let configuration: ConnectionConfiguration
    private let sleeper: Sleeper
    private let logger: Logger
    private static let renewal = Duration.milliseconds(500)

    /// - Parameters:
    ///   - shards: In `1...1024`.
    ///   - configuration: For the connections that lease and listen; it must not go through a pooler.
    ///   - patience: How long a transaction may go without a statement before the server ends it, so that the shard of a
    ///     frozen worker can be taken over.
    package init(
        name: String, shards: Int16 = 8, by key: LogShard.Key, pool: PostgresPool,
        configuration: ConnectionConfiguration, patience: Duration = Connection.silence, logger: Logger
    ) {
        precondition((1...1024).contains(shards), "shards: expected 1 to 1024, got \(shards)")
        self.name = "\(name)/\(shards)/\(key)"
        self.shards = (0..<shards).map { [name = self.name] in
            LogConsumer(name: name, shard: LogShard($0, of: shards, by: key), pool: pool, patience: patience)
        }
        self.configuration = configuration
        sleeper = Sleeper(pool: pool, configuration: configuration, consumer: name, logger: logger)
        self.logger = logger
    }

    /// Works until shutdown or cancellation. A batch that fails is logged and tried again, after a pause that grows to half a
    /// minute: its shard waits for it, the others go on.
    ///
    /// - Parameter body: As of ``LogConsumer/withRawBatch(limit:ifTaken:_:)``: its effects and the position are committed
    ///   together. All events of a call are of one shard.
    package func run(
        limit: Int = 1_000, _ body: @escaping @Sendable (Connection, LogBatch) async throws -> Void
    ) async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    // It ends with the task.
                    try? await sleeper.run()
                }
                while !Task.isCancelled {
                    do {
                        try await lead(limit, body)
                    } catch {
                        if Task.isCancelled { break }
                        logger.warning("Shards given back, tried again soon", metadata: ["error": "\(error)"])
                        // The sleep ends early only by cancellation, which the loop sees.
                        try? await Task.sleep(for: Self.renewal)
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// Leases shards and works on them, until the session that leases them ends or the task is cancelled.
    private func lead(
        _ limit: Int, _ body: @escaping @Sendable (Connection, LogBatch) async throws -> Void
    ) async throws {
        let leases = try await ShardLeases.open(
            configuration, name: name, count: Int16(shards.count), logger: logger)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var held: [Int16] = []
                    while true {
                        let now = try await leases.renew()
                        if now != held { sleeper.wake() }
                        held = now
                        try await Task.sleep(for: Self.renewal)
                    }
                }
                group.addTask { try await work(leases, limit, body) }
                _ = try await group.next()
                group.cancelAll()
            }
        } catch {
            await leases.close()
            throw error
        }
        await leases.close()
    }

    /// One batch of each shard in turn; sleeps where none has anything.
    private func work(
        _ leases: ShardLeases, _ limit: Int, _ body: @Sendable (Connection, LogBatch) async throws -> Void
    ) async throws {
        var pauses = ShardPauses()
        while true {
            try Task.checkCancellation()
            var isIdle = true
            var isBusy = false
            let held = await leases.held
            pauses.keep(held)
            for shard in held where !pauses.isPaused(shard, at: .now) {
                do {
                    switch try await shards[Int(shard)].withRawBatch(limit: limit, body) {
                    case .busy: isBusy = true
                    case .caughtUp: pauses.end(shard)
                    case .handled:
                        pauses.end(shard)
                        isIdle = false
                    }
                } catch {
                    try Task.checkCancellation()
                    let pause = pauses.begin(shard, at: .now)
                    logger.warning(
                        "Batch of a shard failed, tried again soon",
                        metadata: ["shard": "\(shard)", "of": "\(name)", "after": "\(pause)", "error": "\(error)"])
                }
            }
            guard isIdle else { continue }
            if isBusy {
                // Its last holder finishes a batch, or is being ended by the server.
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            do {
                _ = try await sleeper.sleep(atMost: pauses.next.map { ContinuousClock.now.duration(to: $0) }) {
                    for shard in await leases.held where !pauses.isPaused(shard, at: .now) {
                        if try await shards[Int(shard)].hasUnread() { return true }
                    }
                    return false
                }
            } catch {
                // The leases' own session tells whether they still hold.
                try Task.checkCancellation()
                logger.warning("Sleep failed, tried again soon", metadata: ["of": "\(name)", "error": "\(error)"])
                try await Task.sleep(for: Self.renewal)
            }
        }
    }
}
