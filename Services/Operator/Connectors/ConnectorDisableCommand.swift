internal import ArgumentParser

struct ConnectorDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Switch a hook off; its calls are answered 404, and it is not polled.")

    @Argument(help: "The hook's name.") var name: String
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        let wasOn = try await organization.withOrganization { connection, id in
            try await Hooks(connection, id).disable(name)
        }
        guard wasOn else { throw CommandFailure.negative("there is no hook \(name) that is switched on") }
    }
}
