internal import ArgumentParser
import FoundationEssentials
internal import Models
internal import Schema

/// `onus xapi`: which statements of xAPI are tied to the job.
struct XAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xapi", abstract: "Which statements that come by xAPI are tied to the job.",
        discussion: "All others are the learners' own, and nobody else sees them. docs/xapi.md describes the file.",
        subcommands: [Map.self, Show.self, Unmap.self])

    struct Map: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Set the mapping, for statements that come from now on: within a second on every ingestion service.")

        @Argument(help: ArgumentHelp("The mapping as JSON; - reads standard input.", valueName: "file"))
        var file: String
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let document = try Self.document(at: file)
            let mapping: StatementMapping
            do { mapping = try StatementMapping(document) } catch { throw CommandFailure.usage("\(file): \(error)") }
            try await organization.withOrganization { connection, id in
                try await StatementMappings(connection).set(document, organization: id)
            }
            Terminal.result("\(mapping.rules.count) rules")
        }

        private static func document(at path: String) throws(CommandFailure) -> JSONValue {
            let text: [UInt8]
            if path == "-" {
                text = Array(Terminal.standardInput().utf8)
            } else {
                guard let contents = FileManager.default.contents(atPath: path) else {
                    throw .usage("\(path): can't be read")
                }
                text = Array(contents)
            }
            do { return try JSONParser.parse(text) } catch { throw .usage("\(path): \(error)") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the mapping.")

        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let document = try await organization.withOrganization { connection, id in
                try await StatementMappings(connection).document(of: id)
            }
            guard let document else { throw CommandFailure.negative("nothing is mapped: all statements are personal") }
            Terminal.result(try JSONParser.parse(document).indented)
        }
    }

    struct Unmap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove the mapping: every statement from now on is its learner's own.")

        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            try await organization.withOrganization { connection, id in
                try await StatementMappings(connection).set(nil, organization: id)
            }
        }
    }
}
