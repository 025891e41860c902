import Accountability
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import ServiceKit
import Support
import Synchronization
import Testing

@testable import Console

@Suite struct SignInTests {
    @Test(arguments: [
        ("/gaps/g1", true), ("/managers/a%2Fb?since=2026-01-01&show=all", true), ("/", true), ("//evil.example", false),
        ("/\\evil.example", false), ("/\t/evil.example", false), ("https://evil.example", false), ("evil", false),
        ("", false), ("/sign-in", false), ("/sign-out", false), ("/é", false), ("/a b", false),
        ("/" + String(repeating: "x", count: 2_000), false),
    ])
    func `only a path of this console is returned to`(text: String, isOurs: Bool) {
        #expect(ReturnPath(text)?.text == (isOurs ? text : nil))
    }

    @Test func `who signs in comes to the page they asked for, and never to another site`() async throws {
        try await ConsoleUnderTest.run { browser, _ in
            let asked = try await browser.get("/gaps/g1?reason=an+audit")
            let signIn = try #require(asked.headers[.location])
            #expect(signIn == "/sign-in?return=%2Fgaps%2Fg1%3Freason%3Dan%2Baudit")
            let page = String(buffer: try await browser.get(signIn).body)
            #expect(page.contains(#"name="return" value="/gaps/g1?reason=an+audit""#))
            #expect(try await browser.post("/inbox/1/read", "").headers[.location] == "/sign-in")
            for (given, location) in [
                ("%2Frecord", "/record"), ("%2F%2Fevil.example", "/managers"), ("%2F%5Cevil.example", "/managers"),
                ("https%3A%2F%2Fevil.example", "/managers"),
            ] {
                let answer = try await browser.post(
                    "/sign-in/development", "person=mia&role=manager&return=\(given)")
                #expect(answer.headers[.location] == location, "\(given)")
                #expect(answer.headers[.setCookie]?.contains("SameSite=Lax") == true)
            }
            // A mistake in the form does not lose the page.
            let again = try await browser.post("/sign-in/development", "person=nobody&role=hr&return=%2Frecord")
            #expect(String(buffer: again.body).contains(#"name="return" value="/record""#))
            let bad = String(buffer: try await browser.get("/sign-in?return=%2F%2Fevil.example").body)
            #expect(!bad.contains("evil.example"))
        }
    }

    @Test func `the development sign-in starts on loopback alone, by its own address and the public one`() async throws
    {
        for (environment, faults) in [
            (["ONUS_PUBLIC_URL": "https://onus.example.com"], 1), (["ONUS_HOST": "0.0.0.0"], 1),
            (["ONUS_HOST": "0.0.0.0", "ONUS_PUBLIC_URL": "https://127.0.0.1.onus.example"], 2),
        ] {
            let settings = try ServiceSettings(
                service: .console,
                environment: environment.merging([
                    "ONUS_DATABASE_URL": "postgresql://nowhere", "ONUS_DEVELOPMENT_SIGN_IN": "1",
                ]) { $1 }, arguments: [])
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: "postgresql://nowhere"), size: 0...1,
                logger: TestEnvironment.logger)
            let parts = ServiceParts(
                settings: settings, pool: pool, metrics: MetricsRegistry(), logger: TestEnvironment.logger,
                tokens: TokenVerifier(pool: pool))
            do {
                _ = try Console(parts)
                Issue.record("started with \(environment)")
            } catch let error as SettingsFaults {
                #expect(error.faults.count == faults, "\(environment)")
            }
            await pool.close()
        }
        try await ConsoleUnderTest.run(
            environment: ["ONUS_DEVELOPMENT_SIGN_IN": "1", "ONUS_PUBLIC_URL": "http://127.0.0.1:8083"]
        ) { browser, _ in _ = try await browser.signedIn(as: "mia", "hr") }
    }

    @Test func `through a proxy there is no development sign-in, and nobody is named`() async throws {
        try await ConsoleUnderTest.run { browser, _ in
            #expect(String(buffer: try await browser.get("/sign-in").body).contains(">Mia &lt;b&gt;</option>"))
            for name in ["X-Forwarded-For", "Forwarded", "Via"] {
                let forwarded: HTTPFields = [try #require(HTTPField.Name(name)): "203.0.113.9"]
                let page = String(buffer: try await browser.get("/sign-in", forwarded).body)
                #expect(!page.contains("Mia") && !page.contains("<form class"))
                let answer = try await browser.post("/sign-in/development", "person=mia&role=hr", forwarded)
                #expect(answer.status == .forbidden)
            }
        }
    }

    @Test func `by a name that is made to mean this machine there is no development sign-in`() async throws {
        try await ConsoleUnderTest.run(authority: "rebound.example:8083") { browser, _ in
            let page = String(buffer: try await browser.get("/sign-in").body)
            #expect(!page.contains("Mia") && !page.contains("<form class"))
            let answer = try await browser.post("/sign-in/development", "person=mia&role=hr")
            #expect(answer.status == .forbidden && answer.headers[.setCookie] == nil)
        }
        try await ConsoleUnderTest.run(authority: "127.0.0.1:8083") { browser, _ in
            _ = try await browser.signedIn(as: "mia", "hr")
        }
    }

    @Test func `a form that the browser says comes from elsewhere is refused without an origin, too`() async throws {
        try await ConsoleUnderTest.run { browser, _ in
            for (site, status) in [
                ("cross-site", HTTPResponse.Status.forbidden), ("same-site", .forbidden), ("same-origin", .seeOther),
                ("none", .seeOther),
            ] {
                let answer = try await browser.post("/sign-out", "", [.secFetchSite: site])
                #expect(answer.status == status, "\(site)")
            }
        }
    }

    @Test func `the session is no script's, goes over TLS where there is some, and ends at sign-out`() async throws {
        for (url, isSecure) in [("https://localhost", true), ("http://localhost:8083", false)] {
            try await ConsoleUnderTest.run(
                environment: ["ONUS_DEVELOPMENT_SIGN_IN": "1", "ONUS_PUBLIC_URL": url]
            ) { browser, _ in
                func attributes(_ answer: TestResponse) throws -> [String] {
                    try #require(answer.headers[.setCookie]).split(separator: ";").map {
                        $0.drop { $0 == " " }.lowercased()
                    }
                }
                let made = try attributes(try await browser.post("/sign-in/development", "person=mia&role=hr"))
                #expect(made.contains("httponly") && made.contains("samesite=lax") && made.contains("path=/"))
                #expect(made.contains("max-age=\(Session.lifetimeSeconds)"))
                #expect(made.contains("secure") == isSecure)
                let ended = try attributes(try await browser.post("/sign-out", ""))
                #expect(ended.first == "\(Session.cookieName)=" && ended.contains("max-age=0"))
            }
        }
    }

    @Test func `no page is framed, kept, or made of anything from elsewhere`() async throws {
        try await ConsoleUnderTest.run { browser, _ in
            let hr = try await browser.signedIn(as: "hanna", "hr")
            for path in ["/sign-in", "/managers", "/gaps/g1", "/nowhere", "/api/v1/managers"] {
                let headers = try await hr.get(path).headers
                let policy = headers[.contentSecurityPolicy] ?? ""
                for word in [
                    "default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
                ] { #expect(policy.contains(word), "\(path)") }
                #expect(!policy.contains("script-src") && !policy.contains("unsafe"), "\(path)")
                #expect(headers[.cacheControl] == "no-store", "\(path)")
                #expect(headers[.xContentTypeOptions] == "nosniff", "\(path)")
            }
        }
    }

    @Test func `behind a proxy a form of the public address is taken, and of no other`() async throws {
        try await ConsoleUnderTest.run(environment: ["ONUS_PUBLIC_URL": "https://Onus.example:443/"]) { browser, _ in
            for (origin, status) in [
                ("https://onus.example", HTTPResponse.Status.seeOther), ("http://onus.example", .forbidden),
                ("https://onus.example:8443", .forbidden), ("https://onus.example.evil.example", .forbidden),
                ("null", .forbidden), ("http://localhost", .seeOther),
            ] {
                let answer = try await browser.post("/sign-out", "", [.origin: origin])
                #expect(answer.status == status, "\(origin)")
            }
        }
    }

    @Test func `everybody who asks at once shares one look at the organisation`() async throws {
        let loads = Mutex(0)
        let histories = OrganizationHistories(freshness: .seconds(3_600)) { _ in
            loads.withLock { $0 += 1 }
            for _ in 0..<50 { await Task.yield() }
            let day = Day(number: 20_000)
            return ReportingLine(organization: .init(events: [], asOf: day), day: day)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await histories.history(of: .default) } }
            try await group.waitForAll()
        }
        #expect(loads.withLock { $0 } == 1)
    }
}
