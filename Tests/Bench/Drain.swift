internal import ArgumentParser
import EventLog
import Postgres

/// Reads a consumer's backlog to its end with a handler that does nothing, the position committed with each batch.
///
/// Prints `ready`, begins at a line on standard input, and prints begin, end (nanoseconds) and how many events it read.
struct Drain: AsyncParsableCommand {
    @Option(help: "Whose position.") var consumer: String
    @Option(help: "Events of one batch.") var batch = 1_000
    @Flag(help: "Parse each event, as scoring does.") var parsed = false
    @Option(help: "Give up after so many seconds.") var seconds = 8

    func run() async throws {
        let pool = try BenchDatabase.pool()
        let log = LogConsumer(name: consumer, pool: pool)
        // Connected before the clock runs, as the peers are.
        _ = try await log.hasUnread()
        Lines.print("ready")
        _ = readLine()
        let began = Monotonic.now
        var ended = began
        var count = 0
        reading: while ended - began < Int64(seconds) * 1_000_000_000 {
            let outcome =
                parsed
                ? try await log.withBatch(limit: batch) { _, events in events.count }
                : try await log.withRawBatch(limit: batch) { _, events in events.count }
            switch outcome {
            case .busy: try await Task.sleep(for: .milliseconds(1))
            case .caughtUp: break reading
            case .handled(let read, _, _):
                count += read
                ended = Monotonic.now
            }
        }
        Lines.print("\(began) \(ended) \(count)")
    }
}
