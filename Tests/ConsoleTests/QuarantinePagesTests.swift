import EventLog
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Support
import Testing

@testable import Console

@Suite struct QuarantinePagesTests {
    private static let body =
        #"{"specversion":"1.0","id":"7","source":"/s<b>","type":"onus.expectation.acknowledged","#
        + #""time":"2026-03-31T12:00:00Z","data":{"person":"p"}}"#

    /// Holds one event, and signs an operator in.
    private func run(
        _ body: @escaping @Sendable (Browser, TestDatabase, _ id: Int64) async throws -> Void
    ) async throws {
        try await ConsoleUnderTest.run { browser, database in
            try await Quarantine(pool: database.pool).insert(
                [
                    RejectedEvent(
                        problem: Problem(
                            pointer: "/data/role", title: "Missing", detail: "expected <i>a role", kind: .content),
                        type: "onus.expectation.acknowledged", source: "/s<b>", id: "7", body: Self.body,
                        bodyHash: [UInt8](repeating: 1, count: 32))
                ], organization: .default, token: nil)
            let id = try await database.pool.query("SELECT id FROM log.quarantine").only().int8(0)
            try await body(try await browser.signedIn(as: "hanna", "operator"), database, id)
        }
    }

    private func form(_ event: String, _ then: String) -> String {
        "event=\(PercentEncoding.encode(event))&then=\(then)"
    }

    private func state(_ database: TestDatabase) async throws -> String {
        try await database.pool.query(
            "SELECT concat_ws(' ', state, settled_by, fixed IS NOT NULL) FROM log.quarantine"
        ).only().text(0)
    }

    @Test func `an operator reads why an event was refused, and all of it is escaped`() async throws {
        try await run { operatorsBrowser, _, id in
            let list = String(buffer: try await operatorsBrowser.get("/quarantine").body)
            #expect(list.contains("/quarantine/\(id)"))
            #expect(list.contains("expected &lt;i&gt;a role"))
            let page = String(buffer: try await operatorsBrowser.get("/quarantine/\(id)").body)
            #expect(page.contains("/s&lt;b&gt; 7") && !page.contains("<b>"))
            #expect(page.contains("<textarea"))
            for path in ["/quarantine/99", "/quarantine/x"] {
                #expect(try await operatorsBrowser.get(path).status == .notFound)
            }
        }
    }

    @Test func `nobody but operators sees rejected events or settles them`() async throws {
        try await run { operatorsBrowser, database, id in
            for (person, role) in [("mia", "manager"), ("hanna", "hr"), ("hanna", "l-and-d"), ("pat", "employee")] {
                let browser = try await Browser(client: operatorsBrowser.client).signedIn(as: person, role)
                #expect(try await browser.get("/quarantine").status == .forbidden)
                #expect(try await browser.get("/quarantine/\(id)").status == .forbidden)
                #expect(try await browser.post("/quarantine/\(id)", form("{}", "drop")).status == .forbidden)
            }
            #expect(try await state(database) == "held f")
        }
    }

    @Test func `what is still wrong is kept and said, what is right is approved for ingestion`() async throws {
        try await run { operatorsBrowser, database, id in
            let path = "/quarantine/\(id)"
            let broken = try await operatorsBrowser.post(path, form("{", "release"))
            #expect(broken.status == .unprocessableContent)
            let still = try await operatorsBrowser.post(path, form(Self.body, "release"))
            #expect(still.status == .unprocessableContent)
            #expect(String(buffer: still.body).contains("still rejected: /data/role"))
            let other = try await operatorsBrowser.post(
                path, form(Self.body.replacing(#""id":"7""#, with: #""id":"8""#), "release"))
            #expect(String(buffer: other.body).contains("expected the identity to stay"))
            #expect(try await state(database) == "held t")
            let right = Self.body.replacing(#""person":"p""#, with: #""person":"p","role":"r""#)
            #expect(try await operatorsBrowser.post(path, form(right, "check")).status == .seeOther)
            #expect(try await state(database) == "held t")
            #expect(try await operatorsBrowser.post(path, form(right, "release")).status == .seeOther)
            #expect(try await state(database) == "approved hanna t")
            #expect(try await operatorsBrowser.post(path, form(right, "drop")).status == .conflict)
        }
    }

    @Test func `what is dropped keeps no text`() async throws {
        try await run { operatorsBrowser, database, id in
            let answer = try await operatorsBrowser.post("/quarantine/\(id)", "then=drop")
            #expect(answer.status == .seeOther)
            #expect(try await state(database) == "discarded hanna f")
            #expect(try await database.pool.query("SELECT body IS NULL FROM log.quarantine").only().bool(0))
        }
    }

    @Test func `a vendor's item is released as it stands, for its connector to translate`() async throws {
        try await ConsoleUnderTest.run { browser, database in
            let body = #"{"items":[{"id":"7"}]}"#
            try await Quarantine(pool: database.pool).insert(
                [
                    RejectedEvent(
                        problem: Problem(pointer: "/items/0", title: "Mapping failed", detail: "d", kind: .content),
                        type: nil, source: "/connectors/h", id: nil, body: body,
                        bodyHash: [UInt8](repeating: 1, count: 32),
                        call: HookCall(hook: "h<b>", isPolled: false, headers: [:]))
                ], organization: .default, token: nil)
            let id = try await database.pool.query("SELECT id FROM log.quarantine").only().int8(0)
            let operatorsBrowser = try await browser.signedIn(as: "hanna", "operator")
            let path = "/quarantine/\(id)"
            let page = String(buffer: try await operatorsBrowser.get(path).body)
            #expect(page.contains("<code>h&lt;b&gt;</code>") && page.contains("release it as it stands"))
            let typed = try JSONParser.parse(body).indented.replacing("\n", with: "\r\n")
            let checked = try await operatorsBrowser.post(path, form(typed, "check"))
            #expect(checked.status == .unprocessableContent)
            #expect(try await state(database) == "held f")
            let own = #"{"specversion":"1.0","id":"7","source":"/own","type":"onus.role.defined"}"#
            let free = try await operatorsBrowser.post(path, form(own, "release"))
            #expect(String(buffer: free.body).contains("/source: expected the identity to stay"))
            #expect(try await operatorsBrowser.post(path, form(typed, "release")).status == .seeOther)
            #expect(try await state(database) == "approved hanna f")
        }
    }
}
