import Crypto
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import ServiceKit
import Support
import Testing

@testable import Console

/// The pages over a real database, with the rights of the console's own role.
@Suite struct PagesTests {
    private struct Browser: Sendable {
        let client: any TestClientProtocol
        var cookie: String?

        func get(_ path: String) async throws -> TestResponse {
            try await client.execute(uri: path, method: .get, headers: headers)
        }

        func post(_ path: String, _ body: String, _ more: HTTPFields = [:]) async throws -> TestResponse {
            var headers = headers
            headers[.contentType] = "application/x-www-form-urlencoded"
            headers.append(contentsOf: more)
            return try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        }

        private var headers: HTTPFields {
            var headers: HTTPFields = [.accept: "text/html"]
            if let cookie { headers[.cookie] = cookie }
            return headers
        }

        func signedIn(as person: String, _ role: String) async throws -> Browser {
            let answer = try await post("/sign-in/development", "person=\(person)&role=\(role)")
            #expect(answer.status == .seeOther)
            let cookie = try #require(answer.headers[.setCookie]).split(separator: ";").first
            return Browser(client: client, cookie: cookie.map(String.init))
        }
    }

    private func withConsole(_ body: @Sendable (Browser, TestDatabase) async throws -> Void) async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { try await $0.script(Self.sample) }
            let separator = database.url.contains("?") ? "&" : "?"
            let url = "\(database.url)\(separator)options=-crole%3Donus_console"
            let settings = try ServiceSettings(
                service: .console, environment: ["ONUS_DATABASE_URL": url, "ONUS_DEVELOPMENT_SIGN_IN": "1"],
                arguments: [])
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: url, applicationName: "onus-test"), size: 0...4,
                acquireTimeout: .seconds(10), logger: TestEnvironment.logger)
            let parts = ServiceParts(
                settings: settings, pool: pool, metrics: MetricsRegistry(), logger: TestEnvironment.logger,
                tokens: TokenVerifier(pool: pool))
            let application = parts.application(try Console(parts).router())
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

    @Test func `nobody signed in is sent to the sign-in page, and the API says 401`() async throws {
        try await withConsole { browser, _ in
            let page = try await browser.get("/managers")
            #expect(page.status == .seeOther)
            #expect(page.headers[.location] == "/sign-in")
            #expect(try await browser.get("/api/v1/managers").status == .unauthorized)
        }
    }

    @Test func `HR sees every manager, and each of them can read that HR looked`() async throws {
        try await withConsole { browser, _ in
            let hr = try await browser.signedIn(as: "hanna", "hr")
            let page = String(buffer: try await hr.get("/managers").body)
            #expect(page.contains("Mia &lt;b&gt;"), "names are escaped")
            #expect(!page.contains("Mia <b>"))
            #expect(page.contains("Boss"))
            let mia = try await browser.signedIn(as: "mia", "employee")
            let record = String(buffer: try await mia.get("/record").body)
            #expect(record.contains("Hanna"))
            #expect(record.contains("scoreboard"))
        }
    }

    @Test func `a manager sees the own score and those below, never those above`() async throws {
        try await withConsole { browser, _ in
            let mia = try await browser.signedIn(as: "mia", "manager")
            #expect(try await mia.get("/managers/mia").status == .ok)
            #expect(try await mia.get("/managers/boss").status == .forbidden)
            #expect(!String(buffer: try await mia.get("/managers").body).contains("/managers/boss"))
            let boss = try await browser.signedIn(as: "boss", "manager")
            #expect(try await boss.get("/managers/mia").status == .ok)
        }
    }

    @Test func `a gap is open to its person and line, to HR with a reason, and does not exist for others`() async throws
    {
        try await withConsole { browser, _ in
            for (person, role, status) in [
                ("pat", "employee", HTTPResponse.Status.ok), ("mia", "manager", .ok), ("boss", "manager", .ok),
                ("mia", "employee", .notFound), ("hanna", "employee", .notFound), ("hanna", "l-and-d", .notFound),
                ("hanna", "operator", .notFound),
            ] {
                let answer = try await browser.signedIn(as: person, role).get("/gaps/g1")
                #expect(answer.status == status, "\(person) as \(role)")
            }
            let hr = try await browser.signedIn(as: "hanna", "hr")
            #expect(String(buffer: try await hr.get("/gaps/g1").body).contains("Why do you look?"))
            let seen = String(buffer: try await hr.get("/gaps/g1?reason=a%20complaint").body)
            #expect(seen.contains("Calls end without a next step"))
            let pat = try await browser.signedIn(as: "pat", "employee")
            let record = String(buffer: try await pat.get("/record").body)
            #expect(record.contains("a complaint"))
        }
    }

    @Test func `a notice is read by its recipient alone`() async throws {
        try await withConsole { browser, database in
            let pat = try await browser.signedIn(as: "pat", "employee")
            #expect(!String(buffer: try await pat.get("/inbox").body).contains("Pat has not been coached"))
            _ = try await pat.post("/inbox/1/read", "")
            let mia = try await browser.signedIn(as: "mia", "manager")
            #expect(String(buffer: try await mia.get("/inbox").body).contains("unread"))
            _ = try await mia.post("/inbox/1/read", "")
            let readers = try await database.pool.query("SELECT person FROM notice.reading").map { try $0.text(0) }
            #expect(readers == ["mia"])
        }
    }

    @Test func `a form from another site changes nothing`() async throws {
        try await withConsole { browser, database in
            let mia = try await browser.signedIn(as: "mia", "manager")
            let answer = try await mia.post("/inbox/1/read", "", [.origin: "https://elsewhere.example"])
            #expect(answer.status == .forbidden)
            #expect(try await database.pool.query("SELECT FROM notice.reading").isEmpty)
        }
    }

    @Test func `an unknown person or role is refused with a word`() async throws {
        try await withConsole { browser, _ in
            for form in ["person=nobody&role=hr", "person=mia&role=king", "person=&role=hr"] {
                let answer = try await browser.post("/sign-in/development", form)
                #expect(answer.status == .unprocessableContent)
                #expect(String(buffer: answer.body).contains("role=\"alert\""))
            }
            #expect(try await browser.post("/sign-in/development", "nothing=1").status == .badRequest)
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
