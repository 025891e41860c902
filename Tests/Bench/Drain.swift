internal import ArgumentParser
import EventLog
import Postgres

/// Reads a consumer's backlog to its end, the position committed with each batch.
///
/// Prints `ready`, begins at a line on standard input, and prints begin, end (nanoseconds) and how many events it read.
struct Drain: AsyncParsableCommand {
    @Option(help: "Whose position; of a consumer shared by key the name before its shards.") var consumer: String
    @Option(help: "Events of one batch.") var batch = 1_000
    @Option(help: "Share the consumer with other workers by subject, in so many shards.") var shards: Int16 = 0
    @Option(help: "Microseconds that the handler computes for each event.") var work = 0
    @Flag(help: "Parse each event, as scoring does.") var parsed = false
    @Option(help: "Give up after so many seconds.") var seconds = 8

    func run() async throws {
        let pool = try BenchDatabase.pool()
        let (began, ended, count) = shards > 0 ? try await drainShards(pool) : try await drainAll(pool)
        Lines.print("\(began) \(ended) \(count)")
    }

    private var limit: Int64 { Int64(seconds) * 1_000_000_000 }

    private func drainAll(_ pool: PostgresPool) async throws -> (began: Int64, ended: Int64, events: Int) {
        let log = LogConsumer(name: consumer, pool: pool)
        // Connected before the clock runs, as the peers are: with all three connections that it reads over.
        try await pool.withConnection { _ in
            try await pool.withConnection { _ in _ = try await log.hasUnread() }
        }
        Lines.print("ready")
        _ = readLine()
        let began = Monotonic.now
        var ended = began
        var count = 0
        reading: while ended - began < limit {
            let outcome =
                parsed
                ? try await log.withBatch(limit: batch) { _, events in events.count }
                : try await log.withRawBatch(limit: batch) { _, events in
                    compute(events.count)
                    return try touch(events)
                }
            switch outcome {
            case .busy: try await Task.sleep(for: .milliseconds(1))
            case .caughtUp: break reading
            case .handled(let read, _, _):
                count += read
                ended = Monotonic.now
            }
        }
        return (began, ended, count)
    }

    /// Holds its first batch until it may begin: then it has its share of the shards. The end is when the last batch was
    /// worked on, short of its commit.
    private func drainShards(_ pool: PostgresPool) async throws -> (began: Int64, ended: Int64, events: Int) {
        let (gate, tally) = (Gate(), DrainTally())
        let workers = ShardedConsumer(
            name: consumer, shards: shards, by: .subject, pool: pool,
            configuration: try BenchDatabase.configuration(), patience: .seconds(60), logger: BenchDatabase.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { [batch] in
                try await workers.run(limit: batch) { _, events in
                    tally.begin()
                    await gate.pass()
                    compute(events.count)
                    tally.end(events.count)
                }
            }
            while tally.now.open == 0 { try await Task.sleep(for: .milliseconds(5)) }
            Lines.print("ready")
            _ = readLine()
            let began = Monotonic.now
            gate.open()
            while true {
                try await Task.sleep(for: .milliseconds(20))
                let (now, count) = (Monotonic.now, tally.now)
                let last = count.last ?? now
                // Between two batches lie milliseconds.
                if now - began > limit || (count.open == 0 && now - last > 300_000_000) {
                    return (began, last, count.events)
                }
            }
        }
    }

    /// Takes each event's data out of what was received, as the peers' clients do.
    ///
    /// - Returns: How many have some.
    private func touch(_ events: LogBatch) throws -> Int {
        try events.reduce(0) { try $1.data().isEmpty ? $0 : $0 + 1 }
    }

    /// By the thread's own time, so that workers who take turns on a core don't both count it.
    private func compute(_ events: Int) {
        let end = Monotonic.ofThread + Int64(work * events) * 1_000
        while work > 0, Monotonic.ofThread < end {}
    }
}
