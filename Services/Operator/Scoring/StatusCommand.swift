internal import ArgumentParser
internal import EventLog
internal import Ledger
internal import Models
internal import Postgres

/// Shows where the pipeline stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How far each consumer of the log is, and what became of notices.",
        discussion: """
            --wait returns as soon as everything that was in the log when it was called is scored as of today and its \
            notices are written; where a notification service is connected, also planned for delivery. It ends with 1 \
            where that takes longer.
            """)

    @Option(help: ArgumentHelp("Wait so long for everything to be scored.", valueName: "seconds"))
    var wait: Double?
    @Option(help: "table, or json.")
    var format = ResultFormat.table
    @OptionGroup var organization: OrganizationOptions

    func validate() throws {
        if let wait, !(0...86_400).contains(wait) {
            throw ValidationError("wait: expected 0 to 86400 seconds, got \(wait)")
        }
    }

    func run() async throws {
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                var isDone = true
                if let wait { isDone = try await waitUntilDone(.seconds(wait), id, connection) }
                let status = try await LedgerStatus.read(id, from: connection)
                switch format {
                case .json: Terminal.result(status.json.serialized)
                case .table: Terminal.result(text(status))
                }
                if !isDone { throw CommandFailure.negative("not everything was scored within \(wait ?? 0) seconds") }
            }
        }
    }

    /// How often it is looked: the answer is wanted soon, and one look costs a few index reads.
    private static let interval = Duration.milliseconds(25)

    private func waitUntilDone(
        _ limit: Duration, _ id: OrganizationID, _ connection: Connection
    ) async throws -> Bool {
        let end = ContinuousClock.now + limit
        let progress = try await ScoringProgress.begin(id, on: connection)
        while try await !progress.isDone(connection) {
            if ContinuousClock.now >= end { return false }
            try await Task.sleep(for: Self.interval)
        }
        return true
    }

    /// In a word; `--format json` has the whole position.
    private func text(_ position: ConsumerLag.Position?) -> String {
        guard let position else { return "nothing" }
        guard let cursor = position.cursor else { return "era \(position.era), \(position.snapshot)" }
        return "era \(position.era), to \(cursor.transaction)/\(cursor.sequence)"
    }

    private func text(_ status: LedgerStatus) -> String {
        var consumers = TextTable(["CONSUMER", "UNREAD", "OLDEST UNREAD", "HAS READ", "LAST MOVED"])
        for consumer in status.consumers {
            consumers.add([
                consumer.consumer + (consumer.shard.map { ", shard \($0)" } ?? ""),
                consumer.isAtLeast ? "at least \(consumer.unread)" : "\(consumer.unread)",
                consumer.oldestUnread.map { "\($0)" } ?? "–", text(consumer.position),
                consumer.position.map { "\($0.updated)" } ?? "never",
            ])
        }
        var states = TextTable(["WHAT", "COUNT"])
        states.add(["units to compute", "\(status.marked)"])
        states.add(["events set aside", "\(status.parked)"])
        states.add(["notices to plan", "\(status.pendingNotices)"])
        states.add(["notices planned", "\(status.plannedNotices)"])
        for (state, count) in status.deliveries.sorted(by: { $0.key < $1.key }) {
            states.add(["deliveries \(state)", "\(count)"])
        }
        let day = status.scoredDay.map { "Scores stand at \($0)." } ?? "Nothing is scored yet."
        return [day, consumers.text, states.text].joined(separator: "\n\n")
    }
}
