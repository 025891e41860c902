internal import ArgumentParser
import FoundationEssentials
internal import Ledger
internal import Models

/// The constants of the model, by version.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The constants that scores are made with.", subcommands: [Show.self, Set.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a policy as JSON, or list the versions.")

        @Option(help: ArgumentHelp("The one in force on this day.", valueName: "yyyy-mm-dd"))
        var on: DayArgument?
        @Option(help: ArgumentHelp("This version.", valueName: "version"))
        var policy: Int?
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            try await withLedgerFailures {
                try await organization.withOrganization { connection, id in
                    let book = try await PolicyBook.load(id, from: connection)
                    if let policy {
                        guard let found = book.policy(version: policy) else {
                            throw LedgerError.unknownPolicy(version: policy)
                        }
                        Terminal.result(found.json.serialized)
                    } else if let on {
                        Terminal.result(book.policy(on: on.day).json.serialized)
                    } else {
                        var table = TextTable(["VERSION", "VALID FROM"])
                        for entry in book.entries {
                            table.add([
                                "\(entry.policy.version)",
                                entry.validFrom == .first ? "the beginning" : "\(entry.validFrom)",
                            ])
                        }
                        Terminal.result(table.text)
                    }
                }
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Store a new version, valid from a day to come; prints its number.",
            discussion: "Members that the file leaves out keep the standard policy's values.")

        @Argument(help: ArgumentHelp("The policy as JSON; - reads standard input.", valueName: "file"))
        var file: String
        @Option(help: ArgumentHelp("The first scored day it holds for, tomorrow or later.", valueName: "yyyy-mm-dd"))
        var validFrom: DayArgument
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let policy = try read()
            try await withLedgerFailures {
                try await organization.withOrganization { connection, id in
                    let version = try await PolicyBook.add(
                        policy, validFrom: validFrom.day, organization: id, on: connection)
                    Terminal.result("\(version)")
                }
            }
        }

        private func read() throws(CommandFailure) -> Policy {
            let text: [UInt8]
            if file == "-" {
                text = Array(Terminal.standardInput().utf8)
            } else {
                guard let contents = FileManager.default.contents(atPath: file) else {
                    throw .usage("\(file): can't be read")
                }
                text = Array(contents)
            }
            do {
                return try Policy(json: try JSONParser.parse(text))
            } catch {
                throw .usage("\(file): \(error)")
            }
        }
    }
}
