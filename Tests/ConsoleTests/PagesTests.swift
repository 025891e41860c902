import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Support
import Testing

@testable import Console

/// The pages over a real database, with the rights of the console's own role.
@Suite struct PagesTests {
    private func withConsole(_ body: @Sendable (Browser, TestDatabase) async throws -> Void) async throws {
        try await ConsoleUnderTest.run(body)
    }

    @Test func `nobody signed in is sent to the sign-in page, and the API says 401`() async throws {
        try await withConsole { browser, _ in
            let page = try await browser.get("/managers")
            #expect(page.status == .seeOther)
            #expect(page.headers[.location] == "/sign-in?return=%2Fmanagers")
            #expect(try await browser.get("/api/v1/managers").status == .unauthorized)
        }
    }

    @Test func `the organisation's contacts may sign in without being employees, strangers may not`() async throws {
        try await withConsole { browser, database in
            _ = try await database.pool.execute(
                "UPDATE onus.organization SET hr_contact = 'people', l_and_d_contact = 'learning'")
            for (person, role) in [("people", "hr"), ("learning", "l-and-d")] {
                #expect(try await browser.signedIn(as: person, role).get("/inbox").status == .ok)
            }
            let stranger = try await browser.post("/sign-in/development", "person=stranger&role=hr")
            #expect(stranger.status == .unprocessableContent)
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

    @Test func `the scoreboard is drawn by the policy in force on its day`() async throws {
        try await withConsole { browser, database in
            var policy = Policy.standard
            policy.outsourcedHigh = 45
            policy.owningLow = 70
            for (version, day) in [(2, "2026-03-01"), (3, "2026-03-02")] {
                _ = try await database.pool.execute(
                    "INSERT INTO onus.policy (organization_id, version, valid_from, body) VALUES (1, $1, $2::text::date, $3)",
                    [.int4(Int32(version)), .text(day), .jsonb(policy.json.serialized)])
                policy.owningLow = 80
            }
            let hr = try await browser.signedIn(as: "hanna", "hr")
            let page = String(buffer: try await hr.get("/managers").body)
            for x in ["100.0", "150.0"] { #expect(page.contains("x1=\"\(x)\""), "\(page.suffix(2_000))") }
            #expect(!page.contains("x1=\"130.0\""))
            #expect(page.contains("ticks stand at 45 and 70"))
            #expect(page.contains("is at 70 or above"))
            #expect(page.contains("is below 45"))
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

    @Test func `a manager's page says what each trial moves, what falls due, and what changed since a day`()
        async throws
    {
        try await withConsole { browser, _ in
            let mia = try await browser.signedIn(as: "mia", "manager")
            let page = String(buffer: try await mia.get("/managers/mia?since=2026-02-10").body)
            #expect(page.contains("policy 1"))
            // The gap of 1 February: not acted on by the 15th, to be closed by the 2nd of May.
            #expect(page.contains("What changed since 2026-02-10"))
            #expect(page.contains("<td>due 2026-02-15</td><td>0 of 1</td><td>Not acted on by 2026-02-15.</td>"))
            #expect(page.contains("<time datetime=\"2026-05-02\">"))
            #expect(page.contains("See Pat at work, and coach on what you saw"))
            #expect(page.contains("<td class=\"number down\">−"))
            for since in ["", "?since=nonsense", "?since=2026-03-01", "?since=%3Cscript%3E"] {
                let usual = String(buffer: try await mia.get("/managers/mia\(since)").body)
                #expect(usual.contains("What changed since 2026-02-22"), "\(since)")
                #expect(!usual.contains("<script>"))
            }
        }
    }

    @Test func `a manager's page cuts long lists, and shows every trial and event where it is asked for all`()
        async throws
    {
        try await withConsole { browser, database in
            // 70 gaps that were not acted on, and ten sessions behind one trial of coaching.
            try await database.pool.withConnection {
                try await $0.script(
                    """
                    INSERT INTO facts.event
                        (organization_id, identity, type, day, time, source, id, recorded, person, gap, actor, data)
                    SELECT 1, gen_random_uuid(), \(EventType.gapIdentified.code), '2026-02-01', '2026-02-01 10:00Z', '/t',
                        'gap' || n, now(), 'pat', 'long' || n, 'mia',
                        format('{"gap":"long%s","person":"pat","cause":"skill"}', n)
                    FROM generate_series(1, 70) AS n
                    UNION ALL
                    SELECT 1, gen_random_uuid(), \(EventType.coachingHeld.code), date '2026-02-01' + n,
                        '2026-02-01 10:00Z'::timestamptz + n * interval '1 day', '/t', 'session' || n, now(), 'pat', NULL,
                        'mia', '{"person":"pat","coach":"mia"}'
                    FROM generate_series(1, 10) AS n
                    """)
            }
            let mia = try await browser.signedIn(as: "mia", "manager")
            let page = String(buffer: try await mia.get("/managers/mia?since=2026-02-10").body)
            let all = String(buffer: try await mia.get("/managers/mia?since=2026-02-10&show=all").body)
            func listed(_ page: String) -> Int {
                page.components(separatedBy: "Not acted on by 2026-02-15.</td><td>").count
            }
            #expect(listed(page) < listed(all))
            #expect(listed(all) == 72)
            #expect(page.contains("href=\"/managers/mia?since=2026-02-10&amp;show=all#action\">Show all</a>"))
            #expect(page.contains("href=\"/managers/mia?since=2026-02-10&amp;show=all#due\">Show all</a>"))
            #expect(page.contains("href=\"/managers/mia?since=2026-02-10&amp;show=all#since\">Show all</a>"))
            #expect(page.contains("and 4 more</a>"))
            #expect((1...10).allSatisfy { all.contains("<code>/t session\($0)</code>") })
            #expect(!all.contains("Show all") && !all.contains("more</a>"))
        }
    }

    @Test func `the explanation as JSON has the page's numbers, for those who may see the score`() async throws {
        try await withConsole { browser, _ in
            let path = "/api/v1/managers/mia/explanation"
            let mia = try await browser.signedIn(as: "mia", "manager")
            let answer = try await mia.get("\(path)?since=2026-02-10")
            let json = try JSONParser.parse(Array(answer.body.readableBytesView))
            #expect(json["policyVersion"]?.int == 1)
            let trials = json["trials"]?.array ?? []
            #expect(trials.contains { $0["measure"]?.string == "closure" && $0["due"]?.string == "2026-05-02" })
            #expect(trials.contains { ($0["influence"]?.double ?? 0) < 0 })
            #expect(json["difference"]?["from"]?["asOf"]?.string == "2026-02-10")
            for since in ["2026-03-01", "nonsense", ""] {
                #expect(try await mia.get("\(path)?since=\(since)").status == .badRequest, "\(since)")
            }
            let pat = try await browser.signedIn(as: "pat", "employee")
            #expect(try await pat.get(path).status == .forbidden)
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

    @Test func `HR sees whose trials and gaps they are with a reason alone`() async throws {
        try await withConsole { browser, _ in
            let hr = try await browser.signedIn(as: "hanna", "hr")
            let path = "/managers/mia?since=2026-02-10"
            let page = String(buffer: try await hr.get(path).body)
            #expect(page.contains("Not acted on by 2026-02-15.") && page.contains("<time datetime=\"2026-05-02\">"))
            #expect(page.contains("Look, and log it"))
            for personal in ["Pat", "g1", "/t b1"] { #expect(!page.contains(personal), "\(personal)") }
            let named = String(buffer: try await hr.get("\(path)&reason=a+complaint").body)
            for personal in ["Pat", "/gaps/g1", "/t b1", "See Pat at work", "value=\"a complaint\""] {
                #expect(named.contains(personal), "\(personal)")
            }
            #expect(!named.contains("Look, and log it"))

            let json = "/api/v1/managers/mia/explanation?since=2026-02-10"
            let bare = String(buffer: try await hr.get(json).body)
            let trials = try JSONParser.parse(bare)["trials"]?.array ?? []
            #expect(trials.contains { $0["measure"]?.string == "closure" && $0["ifMet"] != nil })
            for personal in ["pat", "g1", "\"id\""] { #expect(!bare.contains(personal), "\(personal)") }
            let whole = String(buffer: try await hr.get("\(json)&reason=a+complaint").body)
            for personal in ["\"pat\"", "\"g1\"", "\"b1\""] { #expect(whole.contains(personal), "\(personal)") }
        }
    }

    @Test func `a reason in another site's link is not the viewer's`() async throws {
        try await withConsole { browser, database in
            let hr = try await browser.signedIn(as: "hanna", "hr")
            for path in ["/gaps/g1", "/managers/mia", "/api/v1/gaps/g1", "/api/v1/managers/mia/explanation"] {
                let answer = try await hr.get("\(path)?reason=because+I+can", [.secFetchSite: "cross-site"])
                #expect(!String(buffer: answer.body).contains("/gaps/g1\"") || path == "/gaps/g1")
            }
            let reasons = try await database.pool.query("SELECT FROM audit.access WHERE reason IS NOT NULL")
            #expect(reasons.isEmpty)
        }
    }

    @Test func `a person reads every look, page by page, the same of one day as one line`() async throws {
        try await withConsole { browser, database in
            try await database.pool.withConnection {
                try await $0.script(
                    """
                    INSERT INTO audit.access (organization_id, person, at, viewer, viewer_role, what)
                    SELECT 1, 'mia', now() - n * interval '1 day', 'hanna', 'hr', 'score'
                    FROM generate_series(120, 1, -1) AS n, generate_series(1, 3)
                    """)
            }
            let hr = try await browser.signedIn(as: "hanna", "hr")
            for _ in 0..<3 { _ = try await hr.get("/managers") }
            for _ in 0..<2 { _ = try await hr.get("/managers/mia") }
            let mia = try await browser.signedIn(as: "mia", "employee")
            var path: String? = "/record"
            var (lines, looks) = (0, 0)
            while let next = path, lines < 1_000 {
                let page = String(buffer: try await mia.get(next).body)
                for times in page.components(separatedBy: "</td><td class=\"number\">").dropFirst() {
                    lines += 1
                    looks += Int(times.prefix { $0 != "<" }) ?? 0
                }
                path = page.components(separatedBy: "href=\"/record?before=").dropFirst().first
                    .map { "/record?before=\($0.prefix { $0 != "#" })" }
            }
            #expect(lines == 122, "120 days of old, today's scoreboard and today's score")
            #expect(looks == 363)
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

    @Test func `a manager is found by first and last name`() async throws {
        try await withConsole { browser, _ in
            let hr = try await browser.signedIn(as: "hanna", "hr")
            // As a browser sends the form: a space is a plus sign.
            let page = String(buffer: try await hr.get("/managers?q=mia+%3Cb%3E").body)
            #expect(page.contains("/managers/mia"))
            #expect(!page.contains("/managers/boss"))
        }
    }

    @Test func `an identifier with any characters has a page of its own`() async throws {
        try await withConsole { browser, database in
            let name = "a/b ?é"
            try await database.pool.withConnection { connection in
                _ = try await connection.query(
                    """
                    INSERT INTO score.current (organization_id, manager, day, level, status, measures, policy_version, computed)
                    VALUES (1, $1, '2026-03-01', 0.5, 'insufficient', '{}', 1, now())
                    """, [.text(name)])
            }
            let hr = try await browser.signedIn(as: "hanna", "hr")
            for prefix in ["", "/api/v1"] {
                let answer = try await hr.get(prefix + Link.manager(PersonID(unchecked: name)))
                #expect(answer.status == .ok)
                #expect(String(buffer: answer.body).contains("?é"))
            }
        }
    }

    @Test func `a wrong address is a page for a browser and a problem for a program`() async throws {
        try await withConsole { browser, _ in
            let page = try await browser.get("/nowhere")
            #expect(page.status == .notFound)
            #expect(String(buffer: page.body).contains("<h1>Not Found</h1>"))
            let answer = try await browser.get("/api/v1/nowhere")
            #expect(answer.status == .notFound)
            #expect(answer.headers[.contentType] == "application/problem+json")
            let wrong = try await browser.post("/managers", "")
            #expect(wrong.status == .methodNotAllowed)
            #expect(wrong.headers[.allow]?.contains("GET") == true)
        }
    }
}
