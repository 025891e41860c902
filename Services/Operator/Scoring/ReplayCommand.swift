internal import ArgumentParser
internal import EventLog
internal import Ledger
internal import Models
internal import Postgres
internal import Schema
internal import ServiceKit

/// Rebuilds what is derived from the log, or compares it.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Rebuild every projection from the log; announces nothing.",
        discussion: """
            Scoring waits meanwhile and goes on afterwards. With --verify nothing is changed: facts, pending deadlines, \
            sums and the scored day's scores are computed from the log and compared with what is stored; differences \
            are printed, and end with 1.
            """)

    @Flag(help: "Compare instead of rebuilding.")
    var verify = false
    @Flag(help: "Every organisation, one after the other.")
    var all = false
    @Option(help: ArgumentHelp("At most so many differences are printed.", valueName: "n"))
    var limit = 100
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        try await withLedgerFailures {
            let organizations = try await organization.withOrganization { connection, id in
                guard all else { return [(organization.organization, id)] }
                return try await Organizations(connection).list().map { ($0.name, $0.id) }
            }
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(
                    url: try organization.database.url().exposed, applicationName: "onus"),
                size: 0...2, logger: CommandLog.logger)
            do {
                // Who stops the command in its terminal may go on within a minute; then scoring waits no longer.
                try await work(organizations, LogConsumer(name: "scoring", pool: pool, patience: .seconds(60)))
                await pool.close()
            } catch {
                await pool.close()
                throw error
            }
        }
    }

    private func work(_ organizations: [(String, OrganizationID)], _ log: LogConsumer) async throws {
        var differences = 0
        for (name, id) in organizations {
            if verify {
                let found = try await Verification(log: log).run(id)
                for difference in found.prefix(max(0, limit - differences)) {
                    Terminal.result("\(name): \(difference)")
                }
                differences += found.count
                Terminal.note("\(name): \(found.count) differences")
            } else {
                let summary = try await Replay(log: log).run(id)
                let day = summary.day.map { "scored as of \($0)" } ?? "not scored yet"
                Terminal.result("\(name): \(summary.events) events, \(day)")
            }
        }
        if differences > 0 { throw CommandFailure.negative("\(differences) differences from the log") }
    }
}
