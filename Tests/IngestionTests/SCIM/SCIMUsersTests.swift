import HTTPTypes
import Models
import Postgres
import Schema
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct SCIMUsersTests {
    @Test func `a new User is an assignment from today on, in the log with the resource`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user(
                "ann@example.org",
                [
                    "externalId": "E1", "title": "Agent", "displayName": "Ann", "locale": "de-DE",
                    "timezone": "Europe/Berlin", "password": "secret", "groups": [],
                    "emails": [
                        ["value": "x@home.example", "type": "home"], ["value": "a@example.org", "type": "work"],
                    ],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": [
                        "department": "Sales", "manager": ["value": "E0"], "employeeNumber": "7",
                    ],
                ])
            let data = try JSONParser.parse(try #require(try await harness.texts("SELECT data FROM log.event").first))
            let today = try #require(
                try await harness.texts("SELECT ((now() AT TIME ZONE 'UTC')::date)::text").first)
            let expected: JSONValue = [
                "person": "E1", "effectiveFrom": .string(today), "active": true, "manager": "E0", "role": "Agent",
                "unit": "Sales", "name": "Ann", "email": "a@example.org", "timeZone": "Europe/Berlin",
                "locale": "de-DE",
            ]
            #expect(data == expected)
            #expect(
                try await harness.texts("SELECT source || ' ' || id FROM log.event") == ["/scim/v2 \(id)-1"])
            #expect(
                try await harness.number(
                    """
                    SELECT count(*) FROM log.event AS e JOIN scim.account AS a USING (organization_id)
                    WHERE a.xmin::text = e.xid::text
                    """) == 1)
            let kept = try await harness.texts("SELECT document FROM scim.account").joined()
            #expect(!kept.contains("secret") && !kept.contains("employeeNumber"))
        }
    }

    @Test func `what the organisation minimises stands in no event`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.database.pool.withConnection {
                try await Organizations($0).setMinimisedNames(["email", "unit"], organization: .default)
            }
            _ = try await harness.user(
                "ann",
                [
                    "title": "Agent", "emails": [["value": "a@example.org", "type": "work"]],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": ["department": "Sales"],
                ])
            let data = try #require(try await harness.texts("SELECT data FROM log.event").first)
            #expect(data.contains(#""role":"Agent""#) && !data.contains("a@example.org") && !data.contains("Sales"))
        }
    }

    @Test func `where the event can't be stored, neither is the resource`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user("ann")
            try await harness.database.pool.execute(
                "REVOKE INSERT (organization_id, identity) ON log.identity FROM onus_ingestion")
            #expect(try await harness.scim(.post, "/Users", ["userName": "bob"]).status == 500)
            #expect(
                try await harness.patch("/Users/\(id)", ["op": "add", "path": "title", "value": "A"]).status == 500)
            let refused = try await harness.scim(.delete, "/Users/\(id)")
            #expect(refused.status == 500)
            #expect(refused.headers[.contentType] == "application/scim+json")
            let kept = try await harness.scim(.get, "/Users")
            #expect(kept.json["totalResults"] == 1)
            #expect(kept.json["Resources"]?.array?.first?["title"] == nil)
        }
    }

    @Test func `a person without externalId is the userName`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            _ = try await harness.user("ann@example.org")
            #expect(try await harness.assignments() == ["ann@example.org/-/-/-/active"])
        }
    }

    @Test func `a second User of the name, whatever its case, or of the person is 409`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            _ = try await harness.user("ann", ["externalId": "E1"])
            for body: JSONValue in [["userName": "ANN"], ["userName": "bob", "externalId": "E1"], ["userName": "E1"]] {
                let answer = try await harness.scim(.post, "/Users", body)
                #expect(answer.status == 409)
                #expect(answer.json["scimType"] == "uniqueness")
                #expect(answer.json["status"] == "409")
            }
            #expect(try await harness.assignments().count == 1)
        }
    }

    @Test func `deactivating is a leave, and what is sent again says nothing more`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user("ann", ["title": "Agent"])
            let off: JSONValue = ["op": "Replace", "path": "active", "value": "False"]
            let first = try await harness.patch("/Users/\(id)", off)
            let second = try await harness.patch("/Users/\(id)", off)
            #expect(first.status == 200)
            #expect(first.json == second.json)
            #expect(
                try await harness.assignments() == ["ann/-/Agent/-/active", "ann/-/Agent/-/left"])
            // Still there, and found.
            let found = try await harness.scim(.get, "/Users?filter=userName%20eq%20%22ann%22")
            #expect(found.json["Resources"]?.array?.first?["active"] == false)
            try await harness.patch("/Users/\(id)", ["op": "replace", "value": ["active": true]])
            #expect(try await harness.assignments().last == "ann/-/Agent/-/active")
        }
    }

    @Test func `events of one day are told apart by rising times`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user("ann")
            _ = try await harness.database.pool.execute(
                "UPDATE scim.account SET last_event = now() + interval '1 hour'")
            for title in ["A", "B", "C"] {
                try await harness.patch("/Users/\(id)", ["op": "replace", "path": "title", "value": .string(title)])
            }
            #expect(
                try await harness.texts("SELECT coalesce(data::json->>'role', '-') FROM log.event ORDER BY time")
                    .suffix(3) == ["A", "B", "C"])
        }
    }

    @Test func `a DELETE is for good: 204, then 404, and the person has left once`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user("ann", ["emails": [["value": "a@example.org"]]])
            #expect(try await harness.scim(.delete, "/Users/\(id)").status == 204)
            for method: HTTPRequest.Method in [.get, .delete] {
                let answer = try await harness.scim(method, "/Users/\(id)")
                #expect(answer.status == 404)
                #expect(answer.headers[.contentType] == "application/scim+json")
            }
            #expect(try await harness.patch("/Users/\(id)", ["op": "remove", "path": "title"]).status == 404)
            #expect(try await harness.assignments() == ["ann/-/-/-/active", "ann/-/-/-/left"])
            #expect(try await harness.number("SELECT count(*) FROM scim.account") == 0)
            #expect(try await harness.number("SELECT count(*) FROM scim.address") == 0)
            let soft = try await harness.user("bob", ["active": false])
            try await harness.scim(.delete, "/Users/\(soft)")
            #expect(try await harness.assignments().suffix(1) == ["bob/-/-/-/left"])
            // The name is free again.
            _ = try await harness.user("ann")
        }
    }

    @Test func `a manager is a User's id or whatever the client calls the person, known or not`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let boss = try await harness.user("boss", ["externalId": "E0"])
            let ann = try await harness.user("ann")
            let path = JSONValue.string("\(enterpriseURN):manager")
            for value: JSONValue in [.string(boss), ["value": "E9"], ["value": .string(boss)]] {
                try await harness.patch("/Users/\(ann)", ["op": "Add", "path": path, "value": value])
            }
            #expect(
                try await harness.assignments().suffix(3) == [
                    "ann/E0/-/-/active", "ann/E9/-/-/active", "ann/E0/-/-/active",
                ])
        }
    }

    @Test func `an account that gets another person takes its reports along, and the old person leaves`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let boss = try await harness.user("boss", ["title": "Head"])
            _ = try await harness.user(
                "ann",
                ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": ["manager": ["value": .string(boss)]]])
            try await harness.patch("/Users/\(boss)", ["op": "Add", "path": "externalId", "value": "E0"])
            #expect(
                try await harness.assignments().suffix(3) == [
                    "boss/-/Head/-/left", "E0/-/Head/-/active", "ann/E0/-/-/active",
                ])
            // Other changes of the report go on naming the new one.
            let answer = try await harness.scim(.get, "/Users?filter=userName+eq+%22ann%22")
            let ann = try #require(answer.json["Resources"]?.array?.first?["id"]?.string)
            try await harness.patch("/Users/\(ann)", ["op": "Add", "path": "title", "value": "Agent"])
            #expect(try await harness.assignments().last == "ann/E0/Agent/-/active")
        }
    }

    @Test func `PUT replaces everything, save that silence reactivates nobody and renames nobody`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user(
                "ann", ["externalId": "E1", "title": "Agent", "active": false, "displayName": "Ann"])
            let answer = try await harness.scim(
                .put, "/Users/\(id)",
                ["schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann2", "id": "x"])
            #expect(answer.status == 200)
            #expect(answer.json["title"] == nil)
            #expect(answer.json["active"] == false)
            #expect(answer.json["externalId"] == "E1")
            #expect(answer.json["id"] == .string(id))
            #expect(try await harness.assignments().last == "E1/-/-/-/left")
            let okta = try await harness.scim(
                .put, "/Users/\(id)",
                ["userName": "ann2", "externalId": "E1", "active": true, "groups": [], "locale": "en_US"])
            #expect(okta.json["active"] == true)
            #expect(try await harness.assignments().last == "E1/-/-/-/active")
        }
    }

    @Test func `concurrent changes of one User all count, and none is lost`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user("ann")
            let paths = ["title", "displayName", "locale", "timezone", "name.givenName", "name.familyName"]
            try await withThrowingTaskGroup(of: Int.self) { group in
                for path in paths {
                    group.addTask {
                        // 503 asks to send it again: this pool has four connections, and the machine may be busy.
                        var status = 503
                        while status == 503 {
                            status = try await harness.patch(
                                "/Users/\(id)", ["op": "add", "path": .string(path), "value": .string(path)]
                            ).status
                        }
                        return status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
            let user = try await harness.scim(.get, "/Users/\(id)").json
            #expect(user["title"] == "title" && user["locale"] == "locale" && user["timezone"] == "timezone")
            #expect(user["name"] == ["familyName": "name.familyName", "givenName": "name.givenName"])
            #expect(user["meta"]?["version"] == "W/\"7\"")
        }
    }

    @Test func `an empty text is no value, and null is never answered`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user(
                "ann",
                ["externalId": "", "title": "", "displayName": "", "emails": "", "name": [:], "active": .null])
            #expect(try await harness.scim(.post, "/Groups", ["displayName": ""]).status == 400)
            for _ in 0..<2 {
                let user = try await harness.scim(.get, "/Users/\(id)").json
                #expect(user.object?.members.map(\.name) == ["schemas", "id", "userName", "meta"])
                try await harness.patch("/Users/\(id)", ["op": "add", "path": "title", "value": "Agent"])
                try await harness.patch("/Users/\(id)", ["op": "replace", "path": "title", "value": ""])
            }
        }
    }

    @Test func `bad bodies are told in SCIM's form and leave nothing`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let long = JSONValue.string(String(repeating: "x", count: 201))
            let bodies: [(JSONValue, String)] = [
                ([], "invalidSyntax"), ([:], "invalidValue"), (["userName": ""], "invalidValue"),
                (["userName": 1], "invalidValue"), (["userName": long], "invalidValue"),
                (["userName": "a", "title": long], "invalidValue"), (["userName": "a", "emails": [1]], "invalidValue"),
                (["userName": "a", "active": "maybe"], "invalidValue"),
                (["userName": "a", "schemas": ["urn:x"]], "invalidSyntax"),
                (["userName": "a", "schemas": "urn:ietf:params:scim:schemas:core:2.0:User"], "invalidSyntax"),
                (
                    [
                        "userName": "a",
                        "emails": [["value": "x", "primary": true], ["value": "y", "primary": true]],
                    ], "invalidValue"
                ),
            ]
            for (body, kind) in bodies {
                let answer = try await harness.scim(.post, "/Users", body)
                #expect(answer.status == 400, "\(body.serialized)")
                #expect(answer.json["scimType"]?.string == kind, "\(body.serialized)")
                #expect(answer.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"])
            }
            #expect(try await harness.number("SELECT count(*) FROM scim.account") == 0)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
        }
    }
}
