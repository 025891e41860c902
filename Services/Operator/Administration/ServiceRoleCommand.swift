internal import ArgumentParser
internal import Postgres
internal import ServiceKit

struct ServiceRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service-role", abstract: "The database logins of the services.",
        subcommands: [Create.self, Check.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make, or give a new password to, a service's login role, and print the service's database URL.",
            discussion: """
                The role may do what its service needs and nothing else. Its name holds the database's, because roles \
                belong to the whole cluster. A password that is being used by running services should not be replaced.
                """)

        @Argument(help: "The service.") var service: ServiceName
        @Option(help: ArgumentHelp("The role; by default onus_SERVICE_at_DATABASE.", valueName: "role"))
        var name: String?
        @Flag(help: "Read the password from standard input, instead of choosing one by chance.")
        var passwordStdin = false
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let password = try passwordStdin ? ServicePassword(Terminal.standardInput()) : ServicePassword.random()
            let url = try DatabaseURL(database.url().exposed)
            let role = try await database.withConnection { connection in
                try await ServiceRoles(connection).create(service, name: name, password: password)
            }
            Terminal.result(url.with(user: role, password: password.text))
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Exit 0 where the URL on standard input opens the database as a role of the service, else 1.",
            discussion: """
                The database is the one that the owner's URL names: what opens another one fails too, and so does a URL \
                that names the same one in other words.
                """)

        @Argument(help: "The service.") var service: ServiceName
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let text = Terminal.standardInput()
            guard try DatabaseURL(text).names(databaseOf: DatabaseURL(database.url().exposed)) else {
                throw CommandFailure.negative("the URL does not name the owner's database in the same words")
            }
            let configuration = ConnectionConfiguration(url: text, applicationName: "onus")
            do {
                let connection = try await Connection.connect(configuration, logger: CommandLog.logger)
                let isMember = try await ServiceRoles(connection).isMember(of: service)
                await connection.close()
                guard isMember else { throw CommandFailure.negative("the role is not one of \(service.rawValue)'s") }
            } catch let error as PostgresError {
                throw CommandFailure.negative("\(error)")
            }
        }
    }
}

extension ServiceName: ExpressibleByArgument {}
