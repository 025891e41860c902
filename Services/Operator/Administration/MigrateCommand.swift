internal import ArgumentParser
internal import Schema

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the schema up to date; safe to run twice, also at once.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let report = try await database.withConnection { connection in
            try await Migrator(connection).migrate()
        }
        for migration in report.applied {
            Terminal.result("applied \(migration.version) \(migration.name)")
        }
        if report.partitionsMade == nil {
            Terminal.note("onus: the log was in use all the while; its months ahead are made by ingestion")
        }
        Terminal.result("schema \(report.version), era \(report.era)")
    }
}
