internal import ArgumentParser
internal import Models
internal import Schema

struct ContactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contact", abstract: "Who gets what is meant for HR and for L&D.", subcommands: [Set.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Set one contact, or both.")

        @Option(help: ArgumentHelp("The person for HR.", valueName: "person")) var hr: String?
        @Option(name: .customLong("l-and-d"), help: ArgumentHelp("The person for L&D.", valueName: "person"))
        var learning: String?
        @OptionGroup var organization: OrganizationOptions

        func validate() throws {
            guard hr != nil || learning != nil else { throw ValidationError("expected --hr or --l-and-d, got neither") }
        }

        func run() async throws {
            let people = (hr: try person(hr, "--hr"), learning: try person(learning, "--l-and-d"))
            try await organization.withOrganization { connection, id in
                try await Organizations(connection).setContacts(
                    hr: people.hr, learning: people.learning, organization: id)
            }
        }

        private func person(_ text: String?, _ flag: String) throws(CommandFailure) -> PersonID? {
            guard let text else { return nil }
            do { return try PersonID(text) } catch { throw .usage("\(flag): \(error)") }
        }
    }
}
