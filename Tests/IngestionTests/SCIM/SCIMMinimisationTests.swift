import HTTPTypes
import Models
import Postgres
import Schema
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct SCIMMinimisationTests {
    private let user: JSONValue = [
        "userName": "ann", "externalId": "E1", "title": "Agent", "displayName": "Ann", "locale": "en",
        "timezone": "UTC",
        "emails": [["value": "ann@example.org"]],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": [
            "department": "Sales", "manager": ["value": "boss"],
        ],
    ]

    /// The names before the first request: rules are asked for at most once a second.
    private func minimise(_ names: [String], _ harness: IngestionHarness) async throws {
        try await harness.database.pool.withConnection { connection in
            try await Organizations(connection).setMinimisedNames(
                names, ofSource: AssignmentChange.source, organization: .default)
        }
    }

    @Test func `whatever of an assignment may be minimised is not in the User's document either`() throws {
        func assignment(_ document: JSONObject) throws -> JSONObject {
            let assignment = try SCIMUser(document).assignment(
                manager: try PersonID("boss"), group: nil, from: .first)
            return try #require(Payload.personUpdated(assignment).json.object)
        }
        let document = try SCIMResourceType.user.document(from: user)
        let members = try assignment(document).members.map(\.name)
        #expect(members.count >= 10)
        for name in members where !MinimisationRules.indispensable.contains(name) {
            let kept = MinimisationRules(names: [name]).minimised(user: document)
            #expect(try assignment(kept)[name] == nil, "\(name)")
        }
    }

    @Test func `a minimised unit is in no table, by department or by group`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await minimise(["unit", "email"], harness)
            var changed = try #require(user.object)
            let id = try await harness.user("ann", .object(changed.filter { $0.name != "userName" }))
            changed.set("title", "Boss")
            #expect(try await harness.scim(.put, "/Users/\(id)", .object(changed)).status == 200)
            for path in ["department", "\(enterpriseURN):department"] {
                let answer = try await harness.patch(
                    "/Users/\(id)", ["op": "add", "path": .string(path), "value": "Sales"])
                #expect(answer.status == 200 && answer.json[enterpriseURN]?["department"] == nil)
            }
            let group: JSONValue = ["displayName": "Sales", "members": [["value": .string(id)]]]
            let refused = try await harness.scim(.post, "/Groups", group)
            #expect(refused.status == 403)
            #expect(refused.json["detail"]?.string?.hasPrefix("displayName: ") == true)
            for secret in ["Sales", "ann@example.org"] {
                #expect(try await harness.tables(holding: secret) == [], "\(secret)")
            }
            #expect(try await harness.assignments() == ["E1/boss/Agent/-/active", "E1/boss/Boss/-/active"])
        }
    }

    @Test func `a group from before changes no more, can be read and removed, and its unit goes with the next change`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            let ann = try await harness.user("ann")
            let bob = try await harness.user("bob")
            let group = try await harness.group("Sales", [ann, bob])
            try await minimise(["unit"], harness)
            // The rules are known for a second.
            var status = 200
            while status == 200 {
                status = try await harness.patch(
                    "/Groups/\(group)",
                    ["op": "replace", "path": "externalId", "value": .string(UUIDBytes.random().description)]
                ).status
            }
            #expect(status == 403)
            #expect(try await harness.scim(.put, "/Groups/\(group)", ["displayName": "Other"]).status == 403)
            #expect(try await harness.scim(.get, "/Groups/\(group)").json["displayName"] == "Sales")
            try await harness.patch("/Users/\(ann)", ["op": "add", "path": "title", "value": "Agent"])
            let units = "SELECT count(*) FROM scim.account WHERE unit IS NOT NULL"
            #expect(try await harness.number(units) == 1)
            #expect(try await harness.scim(.delete, "/Groups/\(group)").status == 204)
            #expect(try await harness.number(units) == 0)
            #expect(try await harness.assignments().suffix(2) == ["ann/-/Agent/-/active", "bob/-/-/-/active"])
        }
    }
}
