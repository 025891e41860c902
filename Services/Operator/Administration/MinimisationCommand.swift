internal import ArgumentParser
internal import Models
internal import Schema

/// `onus minimisation`: what of an event never reaches the disk.
struct MinimisationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minimisation", abstract: "Members of events that are removed before anything is stored.",
        discussion: """
            A list of names counts at any depth of an event's data, for events that come from now on: within a second on \
            every ingestion service. A source may have a list of its own, in place of the organisation's.
            """,
        subcommands: [Show.self, Set.self, Unset.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the lists.")

        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let minimisation = try await organization.withOrganization { connection, id in
                try await Organizations(connection).minimisation(of: id) ?? .standard
            }
            var table = TextTable(["source", "removed"])
            for source in minimisation.sources.reversed() {
                table.add(["\(source.prefix)…".printable, Self.words(source.rules)])
            }
            table.add([minimisation.sources.isEmpty ? "every source" : "every other", Self.words(minimisation.common)])
            Terminal.result(table.text)
        }

        private static func words(_ rules: MinimisationRules) -> String {
            rules.names.isEmpty ? "nothing" : rules.names.sorted().joined(separator: ", ").printable
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the organisation's list, or that of a source.",
            discussion: "Members that the catalogue requires can't be removed, and a list that names one is refused.")

        @Argument(help: "The names.") var names: [String] = []
        @Flag(help: "Remove nothing.") var nothing = false
        @Option(help: "For events whose source begins with it; else for the organisation.") var source: String?
        @OptionGroup var organization: OrganizationOptions

        func validate() throws {
            guard names.isEmpty == nothing else {
                throw ValidationError("expected names or --nothing, got \(nothing ? "both" : "neither")")
            }
            if let needed = names.first(where: MinimisationRules.indispensable.contains) {
                throw ValidationError("\(needed): without it an event can't be read")
            }
            guard (1...1024).contains(source?.unicodeScalars.count ?? 1) else {
                throw ValidationError("--source: expected 1 to 1024 characters")
            }
        }

        func run() async throws {
            try await organization.withOrganization { connection, id in
                let organizations = Organizations(connection)
                if let source {
                    try await organizations.setMinimisedNames(names, ofSource: source, organization: id)
                } else {
                    try await organizations.setMinimisedNames(names, organization: id)
                }
            }
        }
    }

    struct Unset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the organisation's list count for a source again.")

        @Option(help: "As it was set.") var source: String
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let wasSet = try await organization.withOrganization { connection, id in
                try await Organizations(connection).removeMinimisedNames(ofSource: source, organization: id)
            }
            guard wasSet else { throw CommandFailure.negative("source \(source): has no list of its own".printable) }
        }
    }
}
