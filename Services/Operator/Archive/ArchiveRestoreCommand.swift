internal import ArgumentParser
internal import EventLog

struct ArchiveRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Move archived months back into the log.")

    @Option(help: ArgumentHelp("One month; without it, all that are archived.", valueName: "yyyy-mm"))
    var month: String?
    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        try await database.withConnection { connection in
            let archive = LogArchive(connection)
            let archived = try await archive.months().filter { $0.isArchived && (month == nil || $0.name == month) }
            if let month, archived.isEmpty {
                throw CommandFailure.negative("\(month): expected an archived month, as onus archive list names it")
            }
            for month in archived {
                try await archive.restore(month.name)
                Terminal.result("\(month.name) restored")
            }
        }
    }
}
