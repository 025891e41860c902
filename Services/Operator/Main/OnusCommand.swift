internal import ArgumentParser

/// The operator's command. Results go to standard output, everything else to standard error.
struct OnusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onus",
        abstract: "Who owns performance: the operator's command.",
        discussion: """
            The database is the one that --database-url names, else ONUS_DATABASE_URL, else the nearest .onus/env \
            upwards. Exit codes: 0; 1 for a negative result; 64 for wrong usage; 69 when the database can't be reached.
            """,
        subcommands: [
            MigrateCommand.self, OrganizationCommand.self, ContactCommand.self, TokenCommand.self,
            ServiceRoleCommand.self, ImportCommand.self, GenerateCommand.self, SendCommand.self, ScoreCommand.self,
            ExplainCommand.self, CompareCommand.self, EffectsCommand.self, StatusCommand.self, ReplayCommand.self,
            PolicyCommand.self, CalibrateCommand.self, DeliveriesCommand.self, WebhookCommand.self,
            QuarantineCommand.self, MinimisationCommand.self, ArchiveCommand.self, BenchCommand.self,
            ConnectorCommand.self, XAPICommand.self,
        ])
}
