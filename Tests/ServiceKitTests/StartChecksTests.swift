import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Schema
import ServiceKit
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct StartChecksTests {
    private func asRole(_ role: String, _ database: TestDatabase) -> ConnectionConfiguration {
        ConnectionConfiguration(url: "\(database.url)?options=-c%20role%3D\(role)")
    }

    private func refusal(_ service: ServiceName, _ configuration: ConnectionConfiguration) async throws -> StartRefusal?
    {
        let connection = try await Connection.connect(configuration, logger: TestEnvironment.logger)
        var refusal: StartRefusal?
        do {
            try await StartChecks(service: service).run(connection)
        } catch let error as StartRefusal {
            refusal = error
        }
        await connection.close()
        return refusal
    }

    @Test(arguments: ServiceName.allCases)
    func `a service's own role starts on a migrated database`(service: ServiceName) async throws {
        try await TestDatabase.withMigrated { database in
            let refusal = try await refusal(service, asRole(service.databaseRole, database))
            #expect(refusal == nil)
        }
    }

    @Test func `a superuser is refused`() async throws {
        try await TestDatabase.withMigrated { database in
            let refusal = try await refusal(.scoring, database.configuration)
            #expect(refusal?.code == .permission)
            #expect(refusal?.description.contains("is a superuser") == true)
            #expect(refusal?.description.contains("onus_scoring") == true)
        }
    }

    @Test func `an owner of tables and a role with BYPASSRLS are refused`() async throws {
        try await TestDatabase.withMigrated { database in
            let owner = "owner_\(database.name)"
            try await database.pool.execute("CREATE ROLE \(owner) BYPASSRLS")
            try await database.pool.execute("ALTER TABLE onus.policy OWNER TO \(owner)")
            let refusal = try await refusal(.console, asRole(owner, database))
            try await database.pool.execute("ALTER TABLE onus.policy OWNER TO CURRENT_USER")
            try await database.pool.execute("DROP ROLE \(owner)")
            #expect(refusal?.code == .permission)
            #expect(refusal?.description.contains("has BYPASSRLS and owns tables of Onus") == true)
        }
    }

    @Test func `a database that was never migrated is refused with both versions`() async throws {
        try await TestDatabase.withEmpty { database in
            let role = "plain_\(database.name)"
            try await database.pool.execute("CREATE ROLE \(role)")
            let refusal = try await refusal(.ingestion, asRole(role, database))
            try await database.pool.execute("DROP ROLE \(role)")
            let newest = try #require(try Migration.all().last?.version)
            #expect(refusal?.code == .configuration)
            #expect(refusal?.description.contains("expected version \(newest), got 0") == true)
        }
    }

    private func ready(_ database: TestDatabase, role: String?) async throws -> TestResponse {
        let url = role.map { "\(database.url)?options=-c%20role%3D\($0)" } ?? database.url
        let settings = try ServiceSettings(
            service: .scoring, environment: ["ONUS_DATABASE_URL": url], arguments: [])
        let metrics = MetricsRegistry()
        let pool = ServicePool.make(settings, metrics: metrics, logger: TestEnvironment.logger)
        // Readiness has two seconds, in which a busy machine may not make the first connection.
        while (try? await pool.execute("SELECT 1")) == nil {}
        let parts = ServiceParts(
            settings: settings, pool: pool, metrics: metrics, logger: TestEnvironment.logger,
            tokens: TokenVerifier(pool: pool))
        let response = try await parts.application(parts.router()).test(.router) { client in
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
            let text = String(buffer: try await client.execute(uri: "/metrics", method: .get).body)
            #expect(text.contains("# TYPE onus_database_connections gauge\n"))
            return try await client.execute(uri: "/readyz", method: .get)
        }
        await pool.close()
        return response
    }

    @Test func `readiness is 200 on a migrated database`() async throws {
        try await TestDatabase.withMigrated { database in
            let response = try await ready(database, role: "onus_scoring")
            #expect(response.status == .ok)
            #expect(
                try JSONParser.parse(String(buffer: response.body)) == [
                    "status": "ready", "checks": ["database": "ok", "schema": "ok", "start": "ok"],
                ])
        }
    }

    @Test func `readiness is 503 and says why on another one`() async throws {
        try await TestDatabase.withEmpty { database in
            let response = try await ready(database, role: nil)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(response.headers[.retryAfter] == "1")
            let checks = try JSONParser.parse(String(buffer: response.body))["checks"]
            #expect(checks?["database"] == "ok")
            #expect(checks?["schema"]?.string?.contains("onus migrate") == true)
        }
    }
}
