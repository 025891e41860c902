internal import ArgumentParser
internal import EventLog

struct ArchiveMonthsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "months", abstract: "Move months older than so many to the archive; the default.")

    @Option(help: ArgumentHelp("Months that stay, beside the one under way.", valueName: "n"))
    var keep = 12
    @Flag(help: "Only say what would be moved.")
    var dryRun = false
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if !(1...1_200).contains(keep) { throw ValidationError("keep: expected 1 to 1200 months, got \(keep)") }
    }

    func run() async throws {
        try await database.withConnection { connection in
            let archive = LogArchive(connection)
            var unread = 0
            for month in try await archive.months() where !month.isArchived && month.age > keep {
                guard month.isRead else {
                    unread += 1
                    Terminal.note("\(month.name): kept, as not every consumer has read it")
                    continue
                }
                if !dryRun { try await archive.archive(month.name) }
                Terminal.result("\(month.name) \(dryRun ? "would be archived" : "archived")")
            }
            if unread > 0 { throw CommandFailure.negative("\(unread) months wait to be read") }
        }
    }
}
