internal import ArgumentParser
internal import Models
internal import Postgres
internal import Schema

/// Which organisation of which database a command works on.
struct OrganizationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The organisation.", valueName: "name"))
    var organization = "default"

    @OptionGroup var database: DatabaseOptions

    /// Opens a connection that works for the organisation for as long as `body` runs.
    ///
    /// - Throws: ``CommandFailure`` (1) where there is no such organisation, or the schema is not the one that this build
    ///   knows; what `body` throws.
    func withOrganization<Value>(
        _ body: (Connection, OrganizationID) async throws -> Value
    ) async throws -> Value {
        try await database.withConnection { connection in
            try await requireSchema(connection)
            guard let id = try await Organizations(connection).named(organization) else {
                throw CommandFailure.negative(
                    "organisation \(organization): there is none of this name; onus organization create makes it")
            }
            // For an owner that is not a superuser on tables whose row-level security is forced.
            _ = try await connection.query(
                "SELECT set_config('onus.organization_id', $1, false)", [.text(String(id.rawValue))])
            return try await body(connection, id)
        }
    }

    /// A build that knows another schema could read half of what there is, and take it for all.
    private func requireSchema(_ connection: Connection) async throws {
        do {
            let state = try await Schema.check(connection)
            guard state == .current else { throw CommandFailure.negative("\(state)") }
        } catch SchemaError.database(let error, _) {
            throw error
        }
    }
}
