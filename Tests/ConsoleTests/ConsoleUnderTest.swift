import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import ServiceKit
import Support

@testable import Console

/// The console over a real database with a small organisation in it, with the rights of the console's own role: Pat
/// reports to Mia, Mia to Boss, Hanna to nobody; Pat has the gap `g1`, Mia and Boss have scores, Mia a notice.
enum ConsoleUnderTest {
    /// - Parameter authority: The name by which the browser calls the console; nil: `localhost`.
    static func run(
        environment: [String: String] = ["ONUS_DEVELOPMENT_SIGN_IN": "1"], authority: String? = nil,
        _ body: @Sendable (Browser, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { try await $0.script(Self.sample) }
            let separator = database.url.contains("?") ? "&" : "?"
            let url = "\(database.url)\(separator)options=-crole%3Donus_console"
            let settings = try ServiceSettings(
                service: .console, environment: environment.merging(["ONUS_DATABASE_URL": url]) { $1 }, arguments: [])
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: url, applicationName: "onus-test"), size: 0...4,
                acquireTimeout: .seconds(10), logger: TestEnvironment.logger)
            let parts = ServiceParts(
                settings: settings, pool: pool, metrics: MetricsRegistry(), logger: TestEnvironment.logger,
                tokens: TokenVerifier(pool: pool))
            let responder = EdgeResponder(try Console(parts).router(), metrics: parts.metrics)
            let application = Application(responder: Called(inner: responder, authority: authority))
            let outcome: Result<Void, any Error>
            do {
                try await application.test(.router) { try await body(Browser(client: $0), database) }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await pool.close()
            try outcome.get()
        }
    }

    /// Gives requests another host than the test's client names.
    private struct Called: HTTPResponder {
        let inner: EdgeResponder<ConsoleContext>
        let authority: String?

        func respond(to request: Request, context: ConsoleContext) async throws -> Response {
            var head = request.head
            if let authority { head.authority = authority }
            return try await inner.respond(to: Request(head: head, body: request.body), context: context)
        }
    }

    private static let sample = """
        INSERT INTO facts.event (organization_id, identity, type, day, time, source, id, recorded, person, gap, actor, data)
        SELECT 1, gen_random_uuid(), type, day, day + interval '9 hours', '/t', id, now(), person, gap, actor, data
        FROM (VALUES
            (\(EventType.personUpdated.code)::smallint, date '2026-01-01', 'a1', 'boss', NULL, NULL,
                '{"person":"boss","effectiveFrom":"2026-01-01","active":true,"name":"Boss"}'),
            (\(EventType.personUpdated.code)::smallint, date '2026-01-01', 'a2', 'mia', NULL, NULL,
                '{"person":"mia","effectiveFrom":"2026-01-01","active":true,"manager":"boss","name":"Mia <b>"}'),
            (\(EventType.personUpdated.code)::smallint, date '2026-01-01', 'a3', 'pat', NULL, NULL,
                '{"person":"pat","effectiveFrom":"2026-01-01","active":true,"manager":"mia","name":"Pat"}'),
            (\(EventType.personUpdated.code)::smallint, date '2026-01-01', 'a4', 'hanna', NULL, NULL,
                '{"person":"hanna","effectiveFrom":"2026-01-01","active":true,"name":"Hanna"}'),
            (\(EventType.gapIdentified.code)::smallint, date '2026-02-01', 'b1', 'pat', 'g1', 'mia',
                '{"gap":"g1","person":"pat","cause":"skill","identifiedBy":"mia","summary":"Calls end without a next step"}')
        ) AS sample (type, day, id, person, gap, actor, data);
        INSERT INTO score.current (organization_id, manager, day, level, score, low, high, status, measures, policy_version, computed)
        SELECT 1, manager, date '2026-03-01', 0.5, 55, 41, 69, 'mixed',
            '{"clarity":{"n":1,"s":0,"mean":0.4,"variance":0.05}}', 1, now()
        FROM unnest(ARRAY['boss', 'mia']) AS manager;
        INSERT INTO score.contribution (organization_id, unit, scope, subject, body) VALUES (1, 'pat', 'manager', 'mia', '');
        INSERT INTO notice.notice (organization_id, digest, key, kind, recipient, recipient_role, day, person, reason, evidence, next_step, link)
        VALUES (1, gen_random_uuid(), 'k', 'coaching_due', 'mia', 'manager', '2026-03-01', 'pat', 'Pat has not been coached', '[]', 'Talk', '/managers/mia');
        INSERT INTO notice.delivery (organization_id, notice_id, kind, channel, recipient, state, day, due)
        VALUES (1, 1, 'coaching_due', 'inbox', 'mia', 'sent', '2026-03-01', now());
        """
}
