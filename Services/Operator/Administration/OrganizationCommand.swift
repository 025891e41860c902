internal import ArgumentParser
internal import Models
internal import Postgres
internal import Schema

struct OrganizationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organization", abstract: "Make and list organisations.", subcommands: [Create.self, List.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an organisation and print its number; its data are apart from every other's.")

        @Argument(help: "1 to 100 characters.") var name: String
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let id = try await database.withConnection { connection in
                do {
                    return try await Organizations(connection).create(name: name)
                } catch let error as PostgresError where error.sqlState == .uniqueViolation {
                    throw CommandFailure.negative("organisation \(name): there is one of this name already")
                } catch let error as PostgresError where error.sqlState == .checkViolation {
                    throw CommandFailure.usage("NAME: expected 1 to 100 characters, got \(name.count)")
                }
            }
            Terminal.result("\(id)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the organisations.")

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let records = try await database.withConnection { try await Organizations($0).list() }
            var table = TextTable(["number", "name", "scored day", "HR contact", "L&D contact"])
            for record in records {
                table.add([
                    "\(record.id)", record.name, record.scoredDay?.description ?? "-",
                    record.hrContact?.rawValue ?? "-", record.learningContact?.rawValue ?? "-",
                ])
            }
            Terminal.result(table.text)
        }
    }
}
