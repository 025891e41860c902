internal import ArgumentParser
import EventLog
import Models
import Postgres

/// Appends the events of standard input (NDJSON), each in a transaction of its own, at a steady pace.
///
/// Prints a line `id nanoseconds` for each: when its commit was known.
struct Write: AsyncParsableCommand {
    @Option(help: "Events a second.") var rate: Int
    @Option(help: "The organisation's number.") var organization: Int32 = 1

    func run() async throws {
        let pool = try BenchDatabase.pool()
        let wakeUp = WakeUp(pool: pool, logger: BenchDatabase.logger)
        let appender = EventAppender(pool: pool, wakeUp: wakeUp)
        var events: [ValidatedEvent] = []
        while let line = readLine() { events.append(try EventReader.read(try JSONParser.parse(line))) }
        let commits = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wakeUp.run() }
            defer { group.cancelAll() }
            var commits: [(id: String, at: Int64)] = []
            var next = Monotonic.now
            for event in events {
                try await Monotonic.sleep(until: next)
                next += 1_000_000_000 / Int64(rate)
                _ = try await appender.append([event], organization: OrganizationID(rawValue: organization))
                commits.append((event.identity.id, Monotonic.now))
            }
            // The last one's wake-up is still to be sent.
            try await Task.sleep(for: .milliseconds(100))
            return commits
        }
        Lines.print(commits.map { "\($0.id) \($0.at)" }.joined(separator: "\n"))
    }
}
