internal import Models
internal import Postgres
internal import Schema
internal import ServiceKit

/// The token that events are sent with.
struct SendingToken {
    let ingestion: IngestionOptions
    let organization: OrganizationOptions

    /// Who receives what is sent, the same on every run: an interrupted one is gone on with for the same receiver only.
    var receiver: String {
        ingestion.givenToken.map { "token \($0.exposed)" } ?? "organization \(organization.organization)"
    }

    /// Runs `body` with the token that was given, with make's admin token for `default`, or else with one that is
    /// made for this purpose and revoked at the end, which needs the database.
    func use<Value>(_ body: (Secret) async throws -> Value) async throws -> Value {
        if let given = ingestion.givenToken { return try await body(given) }
        if organization.organization == "default", let token = StateFolder.nearest()?.adminToken {
            return try await body(token)
        }
        return try await organization.withOrganization { connection, id in
            let tokens = Tokens(connection)
            let name = "onus send \(UInt64.random(in: .min ... .max))"
            // A run that is killed can't revoke it: it ends by itself.
            let secret = try await tokens.create(
                name: name, role: .integration, organization: id, expires: .after(Self.life))
            do {
                let value = try await body(Secret(secret.value))
                _ = try await tokens.revoke(name, organization: id)
                return value
            } catch {
                // What went wrong first is what is reported; the token is listed and can be revoked by hand.
                _ = try? await tokens.revoke(name, organization: id)
                throw error
            }
        }
    }

    /// A week: longer than anything is sent for.
    private static let life = Duration.seconds(7 * 86_400)
}
