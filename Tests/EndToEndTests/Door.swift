import AsyncHTTPClient
import Foundation
import Models
import NIOCore
import NIOHTTP1

/// A way by which something gets into Onus, and what is sent there: accepted and refused, with texts in it that are
/// minimised, and such as are nobody's business at all.
struct Door: Sendable {
    let name: String
    let use: @Sendable (_ visit: Visit) async throws -> Void

    /// What a door's use works with.
    struct Visit: Sendable {
        let name: String
        let stack: Stack
        let markers: Markers
        /// Tokens by role.
        let tokens: [String: String]
        let consolePort: Int

        func secret(_ place: String) -> String { markers.secret("\(name): \(place)") }
        func kept(_ place: String) -> String { markers.kept("\(name): \(place)") }

        /// Sends something to ingestion.
        func send(
            _ method: HTTPMethod, _ path: String, _ body: String, as type: String, role: String = "integration",
            headers: [(String, String)] = [], isChunked: Bool = false, expecting statuses: Set<UInt>
        ) async throws -> JSONValue {
            let answer = try await stack.request(
                method, path, body, isChunked: isChunked,
                headers: [("Authorization", "Bearer \(tokens[role] ?? "")"), ("Content-Type", type)] + headers)
            guard statuses.contains(answer.status.code) else {
                throw StackFailure(
                    description:
                        "\(name): \(method) \(path): expected \(statuses), got \(answer.status): \(answer.body)")
            }
            return answer.body.isEmpty ? .null : try Golden.parse(answer.body)
        }
    }
}

extension Door {
    /// The names that `onus minimisation set` removes from each source, beside the organisation's own.
    static let lists: [(source: String, names: [String])] = [
        ("/strict/", ["mood"]), ("/hooks/", ["mood", "notes"]), ("/xapi", ["response", "notes"]),
        ("/scim/", ["unit", "email", "timeZone", "locale"]), ("/hris/", ["unit", "email"]),
    ]

    /// In this order: the last two mend what others were refused, and an import brings whoever signs in to do so.
    static let all: [Door] = [
        lines, lane, structured, batch, binary, hook, learningHook, scim, xapi, hris, quarantine, console,
    ]

    // MARK: /v1/events

    private static func event(
        _ id: String, source: String = "/tool", type: String = "onus.coaching.held", _ data: String
    ) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"\#(type)","#
            + #""time":"2026-06-01T09:00:00Z","data":{\#(data)}}"#
    }

    private static let person = #""person":"1","coach":"2""#

    /// Events of each fate; `form` keeps the identities apart.
    private static func events(_ visit: Visit, _ form: String) -> [String] {
        [
            event("\(form)-1", #"\#(person),"notes":"\#(visit.secret("notes"))","x":"\#(visit.kept("x"))""#),
            event("\(form)-2", #"\#(person),"deep":{"list":[{"transcript":{"words":"\#(visit.secret("deep"))"}}]}"#),
            // Refused: of these the quarantine keeps what is left.
            event(
                "\(form)-3", #""person":"1","sentiment":"\#(visit.secret("refused"))","x":"\#(visit.kept("refused"))""#),
            event("\(form)-4", #""person":7,"coach":"2","emotion":["\#(visit.secret("ill-typed"))"]"#),
            event(
                "\(form)-5", source: "/strict/a",
                #"\#(person),"mood":"\#(visit.secret("own list"))","notes":"\#(visit.kept("own list"))""#),
            event("\(form)-6", source: "/strict/a", #""person":"1","mood":"\#(visit.secret("own list, refused"))""#),
            // What is the learner's own is no operator's: of it a hash is kept.
            event(
                "\(form)-7", type: "onus.learning.recorded",
                #""person":7,"title":"\#(visit.secret("learning, refused"))""#),
        ]
    }

    private static let lines = Door(name: "NDJSON") { visit in
        // The last is no JSON at all: a hash is kept.
        let broken = #"{"specversion":"1.0","id":"n-8","data":{"notes":"\#(visit.secret("no JSON"))"#
        _ = try await visit.send(
            .POST, "/v1/events", (events(visit, "n") + [broken]).joined(separator: "\n"), as: "application/x-ndjson",
            expecting: [207])
    }

    /// One structured event with a length: the lane's, once the token is known.
    private static let lane = Door(name: "single lane") { visit in
        for body in events(visit, "l") {
            _ = try await visit.send(
                .POST, "/v1/events", body, as: "application/cloudevents+json", expecting: [202, 422])
        }
    }

    /// Without a length, which the lane leaves to the router.
    private static let structured = Door(name: "structured") { visit in
        for body in events(visit, "s") {
            _ = try await visit.send(
                .POST, "/v1/events", body, as: "application/cloudevents+json", isChunked: true, expecting: [202, 422])
        }
    }

    private static let batch = Door(name: "batch") { visit in
        _ = try await visit.send(
            .POST, "/v1/events", "[\(events(visit, "b").joined(separator: ","))]",
            as: "application/cloudevents-batch+json",
            expecting: [207])
        // All or nothing is readable: a batch that is cut off.
        _ = try await visit.send(
            .POST, "/v1/events", #"[{"specversion":"1.0","id":"b-8","data":{"notes":"\#(visit.secret("cut off"))"}"#,
            as: "application/cloudevents-batch+json", expecting: [400])
    }

    private static let binary = Door(name: "binary") { visit in
        for body in events(visit, "i") {
            let event = try Golden.parse(body)
            let headers = ["specversion", "id", "source", "type", "time"].map {
                ("ce-\($0)", event[$0]?.string ?? "")
            }
            _ = try await visit.send(
                .POST, "/v1/events", event["data"]?.serialized ?? "", as: "application/json", headers: headers,
                expecting: [202, 422])
        }
    }

    // MARK: Hooks

    /// The connector of both hooks: whoever has a token of the organisation may call.
    static func connector(_ name: String, event: String) -> String {
        """
        connector: \(name)
        title: A tool
        source: /hooks/{hook}
        verify: {scheme: token}
        tables: {known: {a: 1}}
        each: /items
        ignore:
          - {when: {/state: planned}, because: planned is not held}
        thin:
          - {when: {/thin: true}, because: fetched instead}
        events:
          - when: {/state: [held, odd, worded]}
            type: \(event)
            id: =concat('s/', /id)
            time: =time(/at)
            data: {person: =/person, coach: =/coach, title: =/title, notes: =/notes, mood: =/mood, x: "=map(/word, 'known')"}

        """
    }

    static let tool = connector("tool", event: "onus.coaching.held")
    static let learningTool = connector("learning-tool", event: "onus.learning.recorded")

    private static func call(_ visit: Visit, _ hook: String, _ items: [String]) async throws {
        for item in items + ["[\(items.joined(separator: ","))]"] {
            let body = item.hasPrefix("[") ? item : "[\(item)]"
            _ = try await visit.send(
                .POST, "/v1/hooks/\(hook)", #"{"items":\#(body)}"#, as: "application/json", expecting: [202, 207, 422])
        }
    }

    /// An item whose member `memo` no rule of the connector names.
    private static func item(_ visit: Visit, _ id: String, _ fate: String, _ members: String) -> String {
        #"{"id":"\#(id)","at":"2026-06-01T09:00:00Z","notes":"\#(visit.secret("notes, \(fate)"))","#
            + #""memo":"\#(visit.secret("a member that no rule names, \(fate)"))","#
            + #""deep":[{"mood":"\#(visit.secret("deep, \(fate)"))"}],\#(members)}"#
    }

    private static let hook = Door(name: "hook") { visit in
        try await call(
            visit, "tool",
            [
                item(
                    visit, "1", "accepted", #"\#(person),"word":"a","state":"held","title":"\#(visit.kept("title"))""#),
                item(visit, "2", "ignored", #""state":"planned""#),
                item(visit, "3", "no rule", #""state":"unheard of","title":"\#(visit.kept("title, no rule"))""#),
                item(visit, "4", "not of the catalogue", #""person":7,"state":"odd""#),
                item(visit, "5", "unknown word", #"\#(person),"state":"worded","word":"unknown""#),
                item(visit, "6", "thin", #""thin":true"#),
            ])
    }

    private static let learningHook = Door(name: "hook of learning") { visit in
        try await call(
            visit, "learning-tool",
            [
                item(
                    visit, "1", "accepted", #""person":"1","word":"a","state":"held","title":"\#(visit.kept("title"))""#
                ),
                item(visit, "3", "no rule", #""state":"unheard of","title":"\#(visit.secret("title, no rule"))""#),
                item(
                    visit, "4", "not of the catalogue", #""person":7,"state":"odd","title":"\#(visit.secret("title"))""#
                ),
            ])
    }

    // MARK: SCIM

    private static let scim = Door(name: "SCIM") { visit in
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        func user(_ name: String, _ fate: String, _ more: String = "") -> String {
            #"{"userName":"\#(name)","timezone":"\#(visit.secret("timezone, \(fate)"))","#
                + #""locale":"\#(visit.secret("locale, \(fate)"))","#
                + #""emails":[{"value":"\#(visit.secret("email, \(fate)"))","type":"work"}],"#
                + #""nickName":"\#(visit.secret("an attribute that is not kept, \(fate)"))","#
                + #""\#(enterprise)":{"department":"\#(visit.secret("department, \(fate)"))"}\#(more)}"#
        }
        func scim(_ method: HTTPMethod, _ path: String, _ body: String, _ status: UInt) async throws -> JSONValue {
            try await visit.send(
                method, "/scim/v2\(path)", body, as: "application/scim+json", role: "scim", expecting: [status])
        }
        func patch(_ operation: String) -> String { #"{"Operations":[\#(operation)]}"# }
        let made = try await scim(
            .POST, "/Users", user("scim-1", "POST", #","displayName":"\#(visit.kept("displayName"))""#), 201)
        let path = "/Users/\(made["id"]?.string ?? "")"
        _ = try await scim(.POST, "/Users", user("scim-1", "409"), 409)
        _ = try await scim(.POST, "/Users", user("scim-2", "400", #","active":"perhaps""#), 400)
        _ = try await scim(.POST, "/Users", user("scim-3", "no JSON") + "}", 400)
        _ = try await scim(.PUT, path, user("scim-1", "PUT", #","title":"\#(visit.kept("title"))""#), 200)
        _ = try await scim(.PUT, path + "0", user("scim-1", "404"), 404)
        for (operation, status) in [
            (#"{"op":"add","path":"department","value":"\#(visit.secret("department, PATCH"))"}"#, UInt(200)),
            (
                #"{"op":"replace","path":"emails[type eq \"home\"].value","value":"\#(visit.secret("email, PATCH"))"}"#,
                200
            ),
            (#"{"op":"replace","value":{"locale":"\#(visit.secret("locale, PATCH"))","title":"T"}}"#, 200),
            (#"{"op":"replace","path":"shoeSize","value":"\#(visit.secret("PATCH, refused"))"}"#, 400),
        ] {
            _ = try await scim(.PATCH, path, patch(operation), status)
        }
        let group = #"{"displayName":"\#(visit.secret("group"))","members":[{"value":"\#(path.dropFirst(7))"}]}"#
        _ = try await scim(.POST, "/Groups", group, 403)
        // A look-up is stored nowhere either.
        for filter in [
            #"emails eq \"\#(visit.secret("filter by email"))\""#, #"title eq \"\#(visit.secret("filter"))\""#,
        ] {
            _ = try await scim(.POST, "/.search", #"{"filter":"\#(filter)"}"#, 200)
        }
    }

    // MARK: xAPI

    private static let xapi = Door(name: "xAPI") { visit in
        func statement(_ id: String, _ fate: String, verb: String = #""verb":{"id":"https://v.example/did"},"#)
            -> String
        {
            #"{"id":"\#(id)","actor":{"account":{"homePage":"https://lms.example","name":"1"}},\#(verb)"#
                + #""result":{"response":"\#(visit.secret("response, \(fate)"))","extensions":{"#
                + #""https://e.example/e":[{"notes":"\#(visit.secret("deep, \(fate)"))"}]}},"object":{"id":"#
        }
        func object(_ name: String) -> String {
            #""https://lms.example/c","definition":{"name":{"en":"\#(name)"}}}}"#
        }
        func xapi(_ method: HTTPMethod, _ path: String, _ body: String, _ status: UInt) async throws {
            _ = try await visit.send(
                method, "/xapi/statements\(path)", body, as: "application/json", role: "lms",
                headers: [("X-Experience-API-Version", "1.0.3")], expecting: [status])
        }
        let ids = (0..<4).map { _ in UUID().uuidString.lowercased() }
        try await xapi(.POST, "", statement(ids[0], "POST") + object(visit.kept("name")), 200)
        try await xapi(.POST, "", "[\(statement(ids[1], "several") + object(visit.kept("name of several")))]", 200)
        try await xapi(.PUT, "?statementId=\(ids[2])", statement(ids[2], "PUT") + object(visit.kept("PUT")), 204)
        // Of what is refused nothing is kept at all.
        try await xapi(.POST, "", statement(ids[3], "400", verb: "") + object(visit.secret("name, 400")), 400)
        try await xapi(.POST, "", statement(ids[3], "no JSON"), 400)
        try await xapi(
            .POST, "", statement(ids[0], "409") + object("Another").replacing("example/c", with: "example/d"), 409)
    }

    // MARK: Files

    private static let hris = Door(name: "import hris") { visit in
        func row(_ person: String, _ name: String, _ fate: String, start: String = "2020-01-01") -> String {
            "\(person),\(name),,\(visit.secret("email, \(fate)")),Clerk,"
                + "\(visit.secret("department, \(fate)")),2,\(start),,\(visit.secret("a column that is not read, \(fate)"))\n"
        }
        let header =
            "employee_id,given_name,family_name,email,title,department,manager_id,start_date,end_date,shoe_size\n"
        let file = try visit.stack.file(
            "people.csv", header + row("1", visit.kept("name"), "accepted") + row("2", "Boss", "a manager"))
        try await visit.stack.onus(["import", "hris", file, "--url", visit.stack.url])
        // Nobody of before is in it.
        let lost = try visit.stack.file("lost.csv", header + row("9", "Nobody", "refused"))
        try await visit.stack.onus(["import", "hris", lost, "--url", visit.stack.url], expecting: 1)
        // A row that can't be read, and a leave.
        let again = try visit.stack.file(
            "again.csv",
            header + row("1", visit.kept("new name"), "again") + row("3", "Nobody", "bad row", start: "soon"))
        try await visit.stack.onus(
            ["import", "hris", again, "--url", visit.stack.url, "--leavers", "leave", "--allow-leavers"])
    }

    // MARK: The quarantine

    /// The number of a refused event.
    private static func held(_ id: String, _ visit: Visit) async throws -> String {
        let list = try await visit.stack.onus(["quarantine", "list", "--format", "json", "--limit", "1000"])
        for row in try Golden.parse(list).array ?? [] {
            if row["event"]?["id"]?.string == id, let number = row["id"]?.int { return "\(number)" }
        }
        throw StackFailure(description: "quarantine: expected \(id) among what is held, got \(list)")
    }

    private static let quarantine = Door(name: "quarantine fix") { visit in
        let first = try await held("n-3", visit)
        let still = try visit.stack.file(
            "still.json", event("n-3", #""person":"1","sentiment":"\#(visit.secret("still refused"))""#))
        try await visit.stack.onus(["quarantine", "fix", first, "--event", still], expecting: 1)
        let good = try visit.stack.file(
            "good.json",
            event("n-3", #"\#(person),"sentiment":"\#(visit.secret("released"))","x":"\#(visit.kept("x"))""#))
        try await visit.stack.onus(["quarantine", "fix", first, "--event", good, "--release"])
        let second = try await held("n-6", visit)
        try await visit.stack.onus(
            ["quarantine", "fix", second, "--set", "/data/mood=\(visit.secret("set"))", "--set", #"/data/coach="2""#])
        try await visit.stack.onus(["quarantine", "release", "--id", second])
    }

    private static let console = Door(name: "console") { visit in
        func post(_ path: String, _ fields: [(String, String)], cookie: String?) async throws -> Stack.Answer {
            let form = fields.map {
                "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
            }.joined(separator: "&")
            return try await visit.stack.request(
                .POST, path, form, port: visit.consolePort,
                headers: [("Content-Type", "application/x-www-form-urlencoded")]
                    + (cookie.map { [("Cookie", $0)] } ?? []))
        }
        let signedIn = try await post(
            "/sign-in/development", [("person", "1"), ("role", "operator")], cookie: nil)
        let cookie = signedIn.headers.first(name: "Set-Cookie")?.split(separator: ";").first.map(String.init)
        guard signedIn.status == .seeOther, let cookie else {
            throw StackFailure(
                description: "console: expected to be signed in, got \(signedIn.status) \(signedIn.body)")
        }
        func fix(_ id: String, _ text: String, _ then: String, expecting status: UInt) async throws {
            let path = "/quarantine/\(try await held(id, visit))"
            let answer = try await post(path, [("event", text), ("then", then)], cookie: cookie)
            guard answer.status.code == status else {
                throw StackFailure(
                    description: "console: \(then): expected \(status), got \(answer.status): \(answer.body)")
            }
        }
        let noJSON = #"{"notes":"\#(visit.secret("no JSON"))"#
        try await fix("b-3", noJSON, "check", expecting: 422)
        let other = event("other", #"\#(person),"notes":"\#(visit.secret("another identity"))""#)
        try await fix("b-3", other, "release", expecting: 422)
        let still = event("b-3", #""person":"1","notes":"\#(visit.secret("still refused"))""#)
        try await fix("b-3", still, "check", expecting: 422)
        let good = event("b-3", #"\#(person),"notes":"\#(visit.secret("released"))","x":"\#(visit.kept("x"))""#)
        try await fix("b-3", good, "release", expecting: 303)
        let checked = event("b-6", source: "/strict/a", #"\#(person),"mood":"\#(visit.secret("kept"))""#)
        try await fix("b-6", checked, "check", expecting: 303)
    }
}
