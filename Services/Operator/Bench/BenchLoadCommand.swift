internal import ArgumentParser
internal import Ledger
internal import Models

/// Loads the facts of a generated organisation by COPY.
struct BenchLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Write a generated organisation's facts into an empty database.",
        discussion: """
            The events of onus generate, as scoring would have written them; the log stays empty, so a replay removes \
            them again. Prints one JSON object: how many facts, and the seconds of COPY, of the indexes and of all.
            """)

    @Option(help: "How many people, those who join and leave included.") var people: Int
    @Option(help: "How many days.") var days: Int
    @Option(help: ArgumentHelp("The last of the days.", valueName: "yyyy-mm-dd")) var until: DayArgument
    @Option(help: "A whole number; another one gives another organisation.") var seed: UInt64 = 1
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        let generator = try generator()
        let clock = ContinuousClock()
        let start = clock.now
        let load = try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                try await FactLoad.load(generator, into: id, over: connection)
            }
        }
        let result: JSONValue = [
            "people": .number(JSONNumber(people)), "facts": .number(JSONNumber(load.facts)),
            "copySeconds": seconds(load.copying), "indexSeconds": seconds(load.indexing),
            "seconds": seconds(clock.now - start),
        ]
        Terminal.result(result.serialized)
    }

    private func generator() throws(CommandFailure) -> Generator {
        do {
            return try Generator(people: people, days: days, until: until.day, seed: seed)
        } catch {
            throw .usage("\(error)")
        }
    }

    private func seconds(_ duration: Duration) -> JSONValue {
        .number(JSONNumber((duration / .milliseconds(1)).rounded() / 1_000))
    }
}
