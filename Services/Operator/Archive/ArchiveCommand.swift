internal import ArgumentParser

/// Months of the log out of the consumers' way, and back.
struct ArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Move old months of the log out of the consumers' way, and back.",
        discussion: """
            An archived month stays in the database, in tables of log.archive, and every command reads it as before: \
            scores of any day, explanations, replays and imports need the whole log. Consumers and appends no longer \
            look into it. A month is moved once it is over and every consumer has read it.
            """,
        subcommands: [ArchiveMonthsCommand.self, ArchiveListCommand.self, ArchiveRestoreCommand.self],
        defaultSubcommand: ArchiveMonthsCommand.self)
}
