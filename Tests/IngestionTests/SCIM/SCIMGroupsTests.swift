import HTTPTypes
import Models
import Postgres
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct SCIMGroupsTests {
    @Test func `a group is the unit of members without a department, the oldest one first`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let ann = try await harness.user("ann")
            let bob = try await harness.user(
                "bob", ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": ["department": "Legal"]])
            let sales = try await harness.group("Sales", [ann, bob])
            #expect(try await harness.assignments().dropFirst(2) == ["ann/-/-/Sales/active"])
            let second = try await harness.group("Second", [ann])
            #expect(try await harness.assignments().count == 3)
            try await harness.patch("/Groups/\(sales)", ["op": "replace", "path": "displayName", "value": "Selling"])
            try await harness.patch(
                "/Groups/\(sales)", ["op": "remove", "path": .string("members[value eq \"\(ann)\"]")])
            #expect(
                try await harness.assignments().suffix(2) == ["ann/-/-/Selling/active", "ann/-/-/Second/active"])
            try await harness.patch("/Users/\(bob)", ["op": "remove", "path": .string("\(enterpriseURN):department")])
            #expect(try await harness.assignments().last == "bob/-/-/Selling/active")
            #expect(try await harness.scim(.delete, "/Groups/\(second)").status == 204)
            #expect(try await harness.assignments().last == "ann/-/-/-/active")
            #expect(try await harness.scim(.get, "/Groups/\(second)").status == 404)
        }
    }

    @Test func `a membership sent again changes nothing`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let ann = try await harness.user("ann")
            let group = try await harness.group("G")
            let add: JSONValue = ["op": "Add", "path": "members", "value": [["$ref": .null, "value": .string(ann)]]]
            let first = try await harness.patch("/Groups/\(group)", add)
            #expect(first.json["members"]?.array?.first?["value"] == .string(ann))
            #expect(try await harness.patch("/Groups/\(group)", add).json == first.json)
            #expect(try await harness.assignments().count == 2)
        }
    }

    @Test func `a member that is no User is refused, and a group's name stands once`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let group = try await harness.group("G")
            for id in ["x", "11111111-2222-4333-8444-555555555555"] {
                let answer = try await harness.patch(
                    "/Groups/\(group)", ["op": "add", "path": "members", "value": [["value": .string(id)]]])
                #expect(answer.status == 400)
                #expect(answer.json["scimType"] == "invalidValue")
            }
            #expect(try await harness.scim(.post, "/Groups", ["displayName": "g"]).status == 409)
        }
    }

    @Test func `a User that goes leaves its groups, which change by it`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let ann = try await harness.user("ann")
            let group = try await harness.group("G", [ann])
            let before = try await harness.scim(.get, "/Groups/\(group)")
            try await harness.scim(.delete, "/Users/\(ann)")
            let after = try await harness.scim(.get, "/Groups/\(group)")
            #expect(after.json["members"] == nil)
            #expect(after.headers[.eTag] != before.headers[.eTag])
        }
    }

    @Test func `a page of groups with many members has fewer groups, and the next one goes on`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            for name in ["A", "B", "C"] { _ = try await harness.group(name) }
            try await harness.database.pool.execute(
                """
                INSERT INTO scim.account (organization_id, id, user_name_key, person, document)
                SELECT 1, gen_random_uuid(), gen_random_uuid(), n::text, '{}' FROM generate_series(1, 10001) AS n
                """)
            try await harness.database.pool.execute(
                """
                INSERT INTO scim.unit_member (organization_id, unit_id, account_id)
                SELECT 1, u.id, a.id FROM scim.unit AS u, scim.account AS a WHERE u.name <> 'C'
                """)
            func names(_ query: String) async throws -> [String] {
                let answer = try await harness.scim(.get, "/Groups?\(query)")
                #expect(answer.json["totalResults"]?.int == 3)
                let groups = answer.json["Resources"]?.array ?? []
                #expect(answer.json["itemsPerPage"]?.int == groups.count)
                return groups.compactMap { $0["displayName"]?.string }
            }
            for filter in ["", "&filter=displayName%20pr"] {
                #expect(try await names("startIndex=1\(filter)") == ["A"])
                #expect(try await names("startIndex=2\(filter)") == ["B", "C"])
                #expect(try await names("excludedAttributes=members\(filter)") == ["A", "B", "C"])
            }
        }
    }

    @Test func `groups are found by name, member and id, with or without their members`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let ann = try await harness.user("ann")
            let sales = try await harness.group("Sales", [ann])
            _ = try await harness.group("Support")
            func names(_ filter: String) async throws -> [String] {
                try await harness.scim(.get, "/Groups?filter=\(PercentEncoding.encode(filter))").json["Resources"]?
                    .array?.compactMap { $0["displayName"]?.string } ?? []
            }
            #expect(try await names("displayName eq \"sales\"") == ["Sales"])
            #expect(try await names("members.value eq \"\(ann)\"") == ["Sales"])
            #expect(try await names("id eq \"\(sales)\" and members eq \"\(ann)\"") == ["Sales"])
            #expect(try await names("displayName sw \"S\"") == ["Sales", "Support"])
            #expect(try await names("members eq \"x\"") == [])
            let short = try await harness.scim(.get, "/Groups/\(sales)?excludedAttributes=members")
            #expect(short.json["members"] == nil && short.json["displayName"] == "Sales")
            #expect(try await harness.scim(.get, "/Groups").json["Resources"]?.array?.first?["members"] != nil)
        }
    }
}
