import EventLog
import HTTPTypes
import Models
import Postgres
import Schema
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct XAPIStatementsTests {
    @Test func `about is open; everything else wants a token of the role lms or admin, by Basic or Bearer`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            let about = try await harness.xapi(.get, "/about", as: nil, version: nil)
            #expect(about.status == 200)
            #expect(about.json["version"]?.array?.contains("2.0.0") == true)
            let first = try await harness.xapi(.get, "/about", as: nil, version: "1.0.1")
            #expect(first.json["version"] == ["1.0.3", "1.0.2", "1.0.1", "1.0.0"])
            for role in TokenRole.allCases {
                let answer = try await harness.xapi(.get, "/statements", as: role)
                #expect(answer.status == ([.lms, .admin].contains(role) ? 200 : 403), "\(role)")
            }
            #expect(try await harness.xapi(.get, "/statements", as: nil).status == 401)
            let token = try #require(harness.tokens[.lms])
            for (user, status) in [("lms", 200), ("other", 401)] {
                let basic = Base64.encode(Array("\(user):\(token)".utf8))
                let answer = try await harness.xapi(
                    .get, "/statements", headers: [.authorization: "Basic \(basic)"])
                #expect(answer.status == status)
            }
        }
    }

    @Test func `a request without a known version is refused, and every answer names version and consistency`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            let name = try #require(HTTPField.Name.xapiVersion)
            let through = try #require(HTTPField.Name.xapiConsistentThrough)
            for (version, status) in [
                (nil, 400), ("0.95", 400), ("1.1.0", 400), ("3.0.0", 400), ("1.0", 200), ("1.0.0", 200), ("2.0.0", 200),
            ] {
                let answer = try await harness.xapi(.get, "/statements", version: version)
                #expect(answer.status == status, "\(version ?? "none")")
                #expect(answer.headers[name] == (status == 200 ? version : "1.0.3"))
                #expect(answer.headers[through] != nil)
            }
            for (path, status) in [
                ("/activities/state", 501), ("/activities/profile", 501), ("/agents/profile", 501), ("/agents", 501),
                ("/nothing", 404), ("/statements/x", 404),
            ] {
                let answer = try await harness.xapi(.get, path)
                #expect(answer.status == status, "\(path)")
                #expect(answer.headers[name] != nil)
            }
            let answer = try await harness.xapi(.delete, "/statements")
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == "GET, HEAD, POST, PUT")
        }
    }

    @Test func `a PUT is 204, the same again 204, and a different one of the id 409`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let path = "/statements?statementId=\(firstID)"
            #expect(try await harness.xapi(.put, path, statement()).status == 204)
            #expect(try await harness.xapi(.put, path, statement()).status == 204)
            // What it reads back, filled in, is the same statement too.
            let back = try await harness.xapi(.get, path)
            #expect(back.status == 200)
            for name in ["stored", "timestamp", "authority", "version"] { #expect(back.json[name] != nil, "\(name)") }
            #expect(try await harness.xapi(.put, path, back.json).status == 204)
            #expect(try await harness.xapi(.post, "/statements", back.json).status == 200)
            let other = try await harness.xapi(.put, path, statement(person: "bob"))
            #expect(other.status == 409)
            let later = try await harness.xapi(.put, path, statement(nil, ["timestamp": "2020-01-01T00:00:00Z"]))
            #expect(later.status == 409)
            #expect(try await harness.xapi(.put, path, statement(secondID)).json["pointer"] == "/id")
            #expect(try await harness.xapi(.put, "/statements", statement()).status == 400)
            #expect(try await harness.xapi(.get, path).json == back.json)
            #expect(try await harness.number("SELECT count(*) FROM learner.learning") == 1)
        }
    }

    @Test func `a batch is all or nothing and is answered with ids in order`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let answer = try await harness.xapi(
                .post, "/statements", [statement(secondID), statement(), statement(firstID)])
            #expect(answer.status == 200)
            #expect(answer.json.array?.first?.string == secondID)
            #expect(answer.json.array?.last?.string == firstID)
            #expect(answer.json.array?.count == 3)
            let conflict = try await harness.xapi(
                .post, "/statements", [statement(thirdID), statement(firstID, person: "bob")])
            #expect(conflict.status == 409)
            #expect(conflict.json["pointer"] == "/1/id")
            let broken = try await harness.xapi(
                .post, "/statements", [statement(thirdID), statement(nil, ["verb": ["id": "no iri"]])])
            #expect(broken.status == 400)
            #expect(broken.json["pointer"] == "/1/verb/id")
            let twice = try await harness.xapi(.post, "/statements", [statement(thirdID), statement(thirdID)])
            #expect(twice.json["pointer"] == "/1/id")
            #expect(try await harness.xapi(.get, "/statements?statementId=\(thirdID)").status == 404)
            #expect(try await harness.number("SELECT count(*) FROM learner.statement") == 3)
        }
    }

    @Test func `every statement of a batch counts against the token's rate`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let token = try await harness.database.pool.withConnection { connection in
                try await Tokens(connection).create(name: "slow", role: .lms, organization: .default, rate: 1).value
            }
            let batch = JSONValue.array((1...900).map { _ in statement() })
            #expect(try await harness.xapi(.post, "/statements", batch, token: token).status == 200)
            let refused = try await harness.xapi(.get, "/statements", token: token)
            #expect(refused.status == 429)
            #expect(refused.headers[try #require(HTTPField.Name.xapiVersion)] == "1.0.3")
            #expect((refused.headers[.retryAfter].flatMap { Int($0) } ?? 0) > 60)
        }
    }

    @Test func `a voided statement is found by voidedStatementId alone and leaves the learner's list`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.xapi(.post, "/statements", statement(firstID))
            #expect(try await harness.number("SELECT count(*) FROM learner.learning") == 1)
            #expect(try await harness.xapi(.post, "/statements", voiding(firstID, secondID)).status == 200)
            #expect(try await harness.xapi(.get, "/statements?statementId=\(firstID)").status == 404)
            #expect(try await harness.xapi(.get, "/statements?voidedStatementId=\(firstID)").status == 200)
            #expect(try await harness.xapi(.get, "/statements?statementId=\(secondID)").status == 200)
            #expect(try await harness.xapi(.get, "/statements?voidedStatementId=\(secondID)").status == 404)
            let list = try await harness.xapi(.get, "/statements").json["statements"]?.array
            #expect(list?.compactMap { $0["id"]?.string } == [secondID])
            #expect(try await harness.number("SELECT count(*) FROM learner.learning") == 0)
            // A voiding statement can't be voided, and one may come before what it voids.
            try await harness.xapi(.post, "/statements", voiding(secondID))
            #expect(try await harness.xapi(.get, "/statements?statementId=\(secondID)").status == 200)
            try await harness.xapi(.post, "/statements", voiding(thirdID))
            try await harness.xapi(.post, "/statements", statement(thirdID))
            #expect(try await harness.xapi(.get, "/statements?voidedStatementId=\(thirdID)").status == 200)
            #expect(try await harness.number("SELECT count(*) FROM learner.learning") == 0)
        }
    }

    @Test func `lists are filtered, ordered, and go on where more says`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let registration = "44444444-4444-4444-8444-444444444444"
            let ids = try #require(
                try await harness.xapi(
                    .post, "/statements",
                    [
                        statement(), statement(person: "bob"), statement(nil, verb: "https://v.example/viewed"),
                        statement(nil, activity: "https://lms.example/course/2"),
                        statement(nil, ["context": ["registration": .string(registration)]]),
                        statement(
                            nil,
                            [
                                "context": [
                                    "instructor": ["mbox": "mailto:i@lms.example"],
                                    "contextActivities": ["parent": ["id": "https://lms.example/parent"]],
                                ]
                            ]),
                    ]
                ).json.array?.compactMap(\.string))
            func found(_ query: String) async throws -> [String] {
                let answer = try await harness.xapi(.get, "/statements?\(query)")
                #expect(answer.status == 200, "\(query)")
                return answer.json["statements"]?.array?.compactMap { $0["id"]?.string } ?? []
            }
            func agent(_ json: String) -> String { "agent=\(PercentEncoding.encode(json))" }
            #expect(try await found("") == ids.reversed())
            #expect(try await found("ascending=true") == ids)
            #expect(
                try await found(agent(#"{"account":{"homePage":"https://lms.example","name":"bob"}}"#)) == [ids[1]])
            #expect(try await found("verb=https%3A%2F%2Fv.example%2Fviewed") == [ids[2]])
            #expect(try await found("activity=https://lms.example/course/2") == [ids[3]])
            #expect(try await found("registration=\(registration)") == [ids[4]])
            #expect(try await found(agent(#"{"mbox":"mailto:i@lms.example"}"#)) == [])
            #expect(try await found(agent(#"{"mbox":"mailto:i@lms.example"}"#) + "&related_agents=true") == [ids[5]])
            #expect(try await found("activity=https://lms.example/parent") == [])
            #expect(try await found("activity=https://lms.example/parent&related_activities=true") == [ids[5]])
            #expect(try await found("since=2100-01-01T00:00:00Z") == [])
            #expect(try await found("until=2100-01-01T00:00:00+01:00") == ids.reversed())
            var paged: [String] = []
            var path = "/statements?limit=4&ascending=true"
            for _ in 0..<2 {
                let answer = try await harness.xapi(.get, path)
                paged += answer.json["statements"]?.array?.compactMap { $0["id"]?.string } ?? []
                let more = try #require(answer.json["more"]?.string)
                path = String(more.dropFirst("/xapi".count))
            }
            #expect(paged == ids)
            #expect(path == "")
            for (query, pointer) in [
                ("limit=-1", "/limit"), ("what=1", "/what"), ("agent=x", "/agent"), ("since=now", "/since"),
                ("statementId=\(firstID)&verb=a:b", "/verb"), ("format=x", "/format"),
                ("registration=1", "/registration"),
            ] {
                let answer = try await harness.xapi(.get, "/statements?\(query)")
                #expect(answer.status == 400, "\(query)")
                #expect(answer.json["pointer"]?.string == pointer)
            }
        }
    }

    @Test func `formats leave out what they are for`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.xapi(.post, "/statements", statement(firstID))
            let path = "/statements?statementId=\(firstID)"
            let ids = try await harness.xapi(.get, path + "&format=ids").json
            #expect(ids["verb"] == ["id": "http://adlnet.gov/expapi/verbs/completed"])
            #expect(ids["object"] == ["id": "https://lms.example/course/1"])
            let german = try await harness.xapi(
                .get, path + "&format=canonical", headers: [.acceptLanguage: "fr, en;q=0.5, de;q=0.8, *;q=0.1"]
            ).json
            #expect(german["verb"]?["display"] == ["de": "tat"])
            #expect(german["object"]?["definition"]?["name"] == ["de": "Knoten"])
        }
    }

    private func attachment(_ more: JSONValue) -> JSONValue {
        let standard: JSONValue = [
            "usageType": "https://lms.example/certificate", "display": ["en": "Certificate"],
            "contentType": "application/pdf", "length": 5,
            "sha2": "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
        ]
        var attachment = standard.object ?? JSONObject()
        for member in more.object?.members ?? [] { attachment.set(member.name, member.value) }
        return .object(attachment)
    }

    @Test func `attachments with an address are kept, and come in parts where they are asked for`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let attachments: JSONValue = [attachment(["fileUrl": "https://lms.example/c.pdf"])]
            let path = "/statements?statementId=\(firstID)"
            #expect(
                try await harness.xapi(.put, path, statement(nil, ["attachments": attachments])).status == 204)
            #expect(try await harness.xapi(.get, path).json["attachments"] == attachments)
            for path in [path + "&attachments=true", "/statements?attachments=true"] {
                let parts = try await harness.xapiText(path)
                let boundary = try #require(parts.type.split(separator: "boundary=").last)
                #expect(parts.type.hasPrefix("multipart/mixed; boundary="))
                let pieces = parts.text.split(separator: "--\(boundary)", omittingEmptySubsequences: false)
                try #require(pieces.count == 3)
                #expect(pieces[0].isEmpty && pieces[2] == "--\r\n")
                #expect(pieces[1].hasPrefix("\r\nContent-Type: application/json\r\n\r\n{"))
                #expect(pieces[1].contains("https://lms.example/c.pdf"))
            }
        }
    }

    @Test func `2.0 has people and groups of the context, times in UTC, and gives times of 1.0 back as they came`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            let context: JSONValue = [
                "contextAgents": [
                    [
                        "objectType": "contextAgent", "agent": ["mbox": "mailto:i@lms.example"],
                        "relevantTypes": ["https://lms.example/mentor"],
                    ]
                ],
                "contextGroups": [
                    ["objectType": "contextGroup", "group": ["objectType": "Group", "mbox": "mailto:g@lms.example"]]
                ],
            ]
            let path = "/statements?statementId=\(firstID)"
            let sent = statement(nil, ["context": context, "timestamp": "2026-03-31T12:00:00.5-05:00"])
            #expect(try await harness.xapi(.put, path, sent, version: "1.0.3").status == 400)
            #expect(try await harness.xapi(.put, path, sent, version: "2.0.0").status == 204)
            let back = try await harness.xapi(.get, path, version: "2.0.0")
            #expect(back.json["timestamp"] == "2026-03-31T17:00:00.500Z")
            #expect(back.json["version"] == "2.0.0")
            #expect(back.json["context"] == context)
            #expect(try await harness.xapi(.put, path, back.json, version: "2.0.0").status == 204)
            #expect(
                try await harness.xapi(.get, path, version: "1.0.3").json["timestamp"]
                    == "2026-03-31T12:00:00.5-05:00")
            let agent = PercentEncoding.encode(#"{"mbox":"mailto:i@lms.example"}"#)
            let found = try await harness.xapi(
                .get, "/statements?agent=\(agent)&related_agents=true", version: "2.0.0")
            #expect(found.json["statements"]?.array?.count == 1)
            for (entry, pointer) in [
                (["agent": ["mbox": "mailto:a@b"]], "objectType"),
                (
                    ["objectType": "contextAgent", "agent": ["mbox": "mailto:a@b"], "relevantTypes": []],
                    "relevantTypes"
                ),
                (
                    ["objectType": "contextAgent", "agent": ["mbox": "mailto:a@b"], "relevantTypes": ["abc"]],
                    "relevantTypes/0"
                ),
            ] as [(JSONValue, String)] {
                let answer = try await harness.xapi(
                    .post, "/statements", statement(nil, ["context": ["contextAgents": [entry]]]), version: "2.0.0")
                #expect(answer.json["pointer"]?.string == "/context/contextAgents/0/\(pointer)")
            }
        }
    }

    @Test func `a statement without its time has that of storing, and says when it was stored`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let path = "/statements?statementId=\(firstID)"
            try await harness.xapi(.put, path, statement())
            let back = try await harness.xapi(.get, path)
            #expect(back.json["timestamp"] == back.json["stored"])
            let stored = try Instant(rfc3339: try #require(back.json["stored"]?.string))
            #expect(back.headers[.lastModified] == XAPIText.httpDate(of: stored))
            let head = try await harness.xapi(.head, path)
            #expect(head.status == 200)
            #expect(head.headers[.lastModified] == back.headers[.lastModified])
            // Milliseconds are all that a client has to keep of it.
            let rounded = Instant(microseconds: stored.microseconds / 1000 * 1000)
            let same = statement(nil, ["timestamp": .string(rounded.description)])
            #expect(try await harness.xapi(.put, path, same).status == 204)
        }
        let sunday = try Instant(rfc3339: "1994-11-06T08:49:37Z")
        #expect(XAPIText.httpDate(of: sunday) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test func `what may differ between two tellings of a statement is not compared`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let path = "/statements?statementId=\(firstID)"
            func told(_ names: [String], _ display: String, _ duration: String, _ verb: String = "a:b") -> JSONValue {
                statement(
                    nil,
                    [
                        "actor": [
                            "objectType": "Group",
                            "member": .array(names.map { ["mbox": .string("mailto:\($0)@lms.example")] }),
                        ], "verb": ["id": .string(verb), "display": ["en": .string(display)]],
                        "result": ["duration": .string(duration)],
                    ])
            }
            #expect(try await harness.xapi(.put, path, told(["a", "b"], "did", "PT1.12S")).status == 204)
            #expect(try await harness.xapi(.put, path, told(["b", "a"], "has done", "PT1.1237S")).status == 204)
            for other in [
                told(["a"], "did", "PT1.12S"), told(["a", "b"], "did", "PT1.13S"),
                told(["a", "b"], "did", "PT1.12S", "a:c"),
            ] { #expect(try await harness.xapi(.put, path, other).status == 409) }
        }
    }

    @Test func `what refers to a statement is found by what finds the statement, whichever came first`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            func confirming(_ target: String, _ id: String) -> JSONValue {
                statement(
                    id, verb: "https://v.example/confirmed", person: "boss",
                    ["object": ["objectType": "StatementRef", "id": .string(target)]])
            }
            func found(_ query: String) async throws -> Set<String> {
                let answer = try await harness.xapi(.get, "/statements?\(query)")
                return Set(answer.json["statements"]?.array?.compactMap { $0["id"]?.string } ?? [])
            }
            let ben = #"{"account":{"homePage":"https://lms.example","name":"ben"}}"#
            let agent = "agent=" + PercentEncoding.encode(ben)
            // The reference to the reference, then the statement, then the reference between them.
            try await harness.xapi(.post, "/statements", confirming(secondID, thirdID))
            try await harness.xapi(
                .post, "/statements", statement(firstID, activity: "https://lms.example/x", person: "ben"))
            #expect(try await found(agent) == [firstID])
            try await harness.xapi(.post, "/statements", confirming(firstID, secondID))
            #expect(try await found(agent) == [firstID, secondID, thirdID])
            #expect(try await found("activity=https://lms.example/x") == [firstID, secondID, thirdID])
            #expect(try await found("verb=https://v.example/confirmed") == [secondID, thirdID])
            // Void, it is found no more; what refers to it is, the voiding one too.
            let fourth = "44444444-4444-4444-8444-444444444444"
            try await harness.xapi(.post, "/statements", voiding(firstID, fourth))
            #expect(try await found(agent) == [secondID, thirdID, fourth])
        }
    }

    @Test func `1.0's alternate syntax says in a form what a request says; 2.0 has none`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let token = try #require(harness.tokens[.lms])
            func form(
                _ query: String, _ members: [(String, String)], version: String? = "1.0.3", isAuthorized: Bool = true
            ) async throws -> IngestionHarness.Answer {
                var members = members
                if let version { members.append(("X-Experience-API-Version", version)) }
                if isAuthorized { members.append(("Authorization", "Bearer \(token)")) }
                return try await harness.xapiForm(query, members)
            }
            let content = statement().serialized
            let put = try await form(
                "method=PUT", [("statementId", firstID), ("content", content), ("Content-Type", "application/json")])
            #expect(put.status == 204)
            let name = try #require(HTTPField.Name.xapiVersion)
            #expect(put.headers[name] == "1.0.3")
            #expect(
                try await form("method=POST", [("content", statement(secondID).serialized)]).json
                    == [.string(secondID)])
            #expect(try await form("method=GET", [("statementId", firstID)]).json["id"]?.string == firstID)
            #expect(try await form("method=GET", [("limit", "1")]).json["statements"]?.array?.count == 1)
            for (query, members, status) in [
                ("method=PUT", [("statementId", thirdID)], 400), ("method=PUT&statementId=\(thirdID)", [], 400),
                ("method=TRACE", [], 400), ("method=DELETE", [], 405), ("method=GET", [("what", "1")], 400),
                ("method=GET", [("limit", "1"), ("limit", "2")], 400),
            ] as [(String, [(String, String)], Int)] {
                #expect(try await form(query, members).status == status, "\(query) \(members)")
            }
            #expect(try await form("method=GET", [], version: "2.0.0").status == 400)
            #expect(try await form("method=GET", [], version: nil).status == 400)
            #expect(try await form("method=GET", [], isAuthorized: false).status == 401)
            let large = [("content", String(repeating: " ", count: Limits.hook))]
            #expect(try await form("method=PUT", large, isAuthorized: false).status == 413)
            #expect(
                try await harness.xapi(.post, "/statements?method=GET", statement(), version: "2.0.0").status == 400)
            #expect(try await harness.number("SELECT count(*) FROM learner.statement") == 2)
        }
    }

    @Test func `what is wrong with a statement is named by its place`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let cases: [(JSONValue, String)] = [
                (["actor": ["name": "x"]], "/actor"),
                (["actor": ["mbox": "ann@lms.example"]], "/actor/mbox"),
                (["actor": ["mbox": "mailto:a@b", "openid": "http://a/"]], "/actor"),
                (["actor": ["account": ["homePage": "https://lms.example"]]], "/actor/account/name"),
                (["actor": ["objectType": "Group"]], "/actor/member"),
                (["verb": ["display": ["en": "x"]]], "/verb/id"),
                (["verb": ["id": "a:b", "display": ["en": 1]]], "/verb/display/en"),
                (["object": ["objectType": "Thing", "id": "a:b"]], "/object/objectType"),
                (["object": ["objectType": "StatementRef", "id": "1"]], "/object/id"),
                (["object": ["id": "a:b", "definition": ["kind": "x"]]], "/object/definition/kind"),
                (["result": ["score": ["scaled": 2]]], "/result/score/scaled"),
                (["result": ["success": "yes"]], "/result/success"),
                (["result": ["duration": "1h"]], "/result/duration"),
                (["result": ["extensions": ["x": 1]]], "/result/extensions/x"),
                (["context": ["registration": "1"]], "/context/registration"),
                (["context": ["platform": .null]], "/context/platform"),
                (["timestamp": "yesterday"], "/timestamp"), (["surprise": 1], "/surprise"),
                (["verb": ["id": .string(XAPIStatement.voided)]], "/object"),
                (["timestamp": "2026-03-31T12:00:00-00:00"], "/timestamp"),
                (["timestamp": "2026-03-31T12:00:00-0000"], "/timestamp"),
                (["result": ["duration": "P4W1D"]], "/result/duration"),
                (["result": ["duration": "PA1H0M0S"]], "/result/duration"),
                (["verb": ["id": "a:b", "display": ["a12345": "x"]]], "/verb/display/a12345"),
                (["actor": ["mbox": "mailto:ann.lms.example"]], "/actor/mbox"),
                (
                    ["object": ["id": "a:b", "definition": ["correctResponsesPattern": ["x"]]]],
                    "/object/definition/interactionType"
                ),
                (
                    [
                        "object": [
                            "id": "a:b",
                            "definition": ["interactionType": "choice", "choices": [["id": "1"], ["id": "1"]]],
                        ]
                    ], "/object/definition/choices/1/id"
                ),
                (
                    ["authority": ["objectType": "Group", "member": [["mbox": "mailto:a@b"]]]], "/authority"
                ),
                (["version": "2.0.0"], "/version"), (["version": "0.9.9"], "/version"),
                (
                    [
                        "context": [
                            "contextAgents": [["objectType": "contextAgent", "agent": ["mbox": "mailto:a@b"]]]
                        ]
                    ], "/context/contextAgents"
                ),
                (
                    [
                        "object": [
                            "objectType": "SubStatement", "actor": ["mbox": "mailto:a@b"], "verb": ["id": "a:b"],
                            "object": ["id": "a:b"], "id": .string(firstID),
                        ]
                    ], "/object/id"
                ),
                (["attachments": [attachment([:])]], "/attachments/0/fileUrl"),
            ]
            for (members, pointer) in cases {
                let answer = try await harness.xapi(.post, "/statements", statement(nil, members))
                #expect(answer.status == 400, "\(members.serialized)")
                #expect(answer.json["pointer"]?.string == pointer)
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            let multipart = try await harness.xapi(
                .post, "/statements", statement(), headers: [.contentType: "multipart/mixed; boundary=x"])
            #expect(multipart.status == 415)
            #expect(try await harness.number("SELECT count(*) FROM learner.statement") == 0)
        }
    }

    @Test func `a bare context activity of a sub-statement is an array, whatever form it came and is read in`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            let id = "8e9b0a1c-0000-4000-8000-00000000c0de"
            func statement(_ parent: JSONValue) -> JSONValue {
                let context: JSONValue = ["contextActivities": ["parent": parent]]
                return [
                    "id": .string(id), "actor": ["mbox": "mailto:a@lms.example"],
                    "verb": ["id": "https://v.example/planned"],
                    "object": [
                        "objectType": "SubStatement", "actor": ["mbox": "mailto:a@lms.example"],
                        "verb": ["id": "https://v.example/visited"], "object": ["id": "https://lms.example/course/1"],
                        "context": context,
                    ],
                    "context": context,
                ]
            }
            let parent: JSONValue = ["id": "https://lms.example/parent"]
            let path = "/statements?statementId=\(id)"
            #expect(try await harness.xapi(.put, path, statement(parent)).status == 204)
            // The same in the other form is the same.
            #expect(try await harness.xapi(.put, path, statement([parent])).status == 204)
            for format in ["exact", "ids", "canonical"] {
                let read = try await harness.xapi(.get, "\(path)&format=\(format)").json
                for part in [read, read["object"]] {
                    #expect(part?["context"]?["contextActivities"]?["parent"] == [parent], "\(format)")
                }
            }
        }
    }

    @Test func `what is not kept is 501 by the methods that it would have, and 405 by others`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            for (path, methods) in XAPIRoutes.absent {
                for method: HTTPRequest.Method in [.get, .put, .post, .delete, .patch] {
                    let answer = try await harness.xapi(method, "/\(path)")
                    #expect(answer.status == (methods.contains(method) ? 501 : 405), "\(method) \(path)")
                    #expect((answer.headers[.allow] != nil) == (answer.status == 405))
                    #expect(answer.headers[try #require(HTTPField.Name.xapiVersion)] == "1.0.3")
                }
                #expect(try await harness.xapi(.get, "/\(path)/x").status == 404, "\(path)/x")
            }
        }
    }
}
