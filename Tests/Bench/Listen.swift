internal import ArgumentParser
import EventLog
import Models
import Postgres

/// Waits for events as scoring does and notes when each reached the handler.
///
/// Prints `ready` when it sleeps for the first time, and at the end a line `id nanoseconds` for each event.
struct Listen: AsyncParsableCommand {
    @Option(help: "Whose position.") var consumer: String
    @Option(help: "End after so many events.") var events: Int
    @Option(help: "Give up after so many seconds.") var seconds = 20

    func run() async throws {
        let pool = try BenchDatabase.pool()
        let log = LogConsumer(name: consumer, pool: pool)
        let sleeper = Sleeper(
            pool: pool, configuration: try BenchDatabase.configuration(), consumer: consumer,
            logger: BenchDatabase.logger)
        let limit = Monotonic.now + Int64(seconds) * 1_000_000_000
        let arrivals = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sleeper.run() }
            defer { group.cancelAll() }
            var arrivals: [(id: String, at: Int64)] = []
            var isReady = false
            while arrivals.count < events, Monotonic.now < limit {
                // The first time it only finds that there is nothing.
                switch try await log.withBatch(limit: 1_000, after: sleeper, { stamp($1) }) {
                case .handled(let read, _, _): arrivals += read
                case .busy: try await Task.sleep(for: .milliseconds(1))
                case .caughtUp:
                    if !isReady { Lines.print("ready") }
                    isReady = true
                }
            }
            return arrivals
        }
        Lines.print(arrivals.map { "\($0.id) \($0.at)" }.joined(separator: "\n"))
    }

    private func stamp(_ events: [RecordedEvent]) -> [(id: String, at: Int64)] {
        let now = Monotonic.now
        return events.map { (id: $0.event.identity.id, at: now) }
    }
}
