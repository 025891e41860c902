internal import ArgumentParser
internal import EventLog

struct ArchiveListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The months of the log: where each lies, whether it is read, how large it is.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let months = try await database.withConnection { try await LogArchive($0).months() }
        var table = TextTable(["MONTH", "WHERE", "READ BY ALL", "KIB"])
        for month in months {
            table.add([
                month.name, month.isArchived ? "archive" : "log", month.isRead ? "yes" : "no", "\(month.bytes / 1024)",
            ])
        }
        Terminal.result(table.text)
    }
}
