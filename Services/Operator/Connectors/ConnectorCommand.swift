internal import ArgumentParser

struct ConnectorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector",
        abstract: "Try vendors' connectors, and set up the hooks that use them (docs/connectors.md).",
        subcommands: [
            ConnectorTestCommand.self, ConnectorCheckCommand.self, ConnectorListCommand.self,
            ConnectorEnableCommand.self, ConnectorDisableCommand.self,
        ])
}
