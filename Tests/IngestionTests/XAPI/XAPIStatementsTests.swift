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
                .get, path + "&format=canonical", headers: [.acceptLanguage: "de-AT, de;q=0.8, en"]
            ).json
            #expect(german["verb"]?["display"] == ["de": "tat"])
            #expect(german["object"]?["definition"]?["name"] == ["de": "Knoten"])
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
}
