import Models
import Testing

@testable import Ingestion

/// The shapes that Microsoft Entra ID and Okta send, after their own documentation.
@Suite struct SCIMPatchTests {
    private let user: JSONValue = [
        "userName": "ann", "externalId": "E1", "name": ["familyName": "Old", "givenName": "Ann"], "active": true,
        "emails": [["value": "ann@example.org", "type": "work", "primary": true]],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": [
            "department": "Sales", "manager": ["value": "boss"],
        ],
    ]

    private func patched(_ operations: JSONValue..., group: JSONValue? = nil) throws -> JSONValue {
        let type = group == nil ? SCIMResourceType.user : .group
        let document = try type.document(from: group ?? user)
        return .object(try SCIMPatch(patchBody(operations)).applied(to: document, of: type))
    }

    private func refusal(_ operations: JSONValue...) throws -> SCIMError.Kind? {
        let document = try SCIMResourceType.user.document(from: user)
        do {
            _ = try SCIMPatch(patchBody(operations)).applied(to: document, of: .user)
            return nil
        } catch {
            return error.kind
        }
    }

    // MARK: Microsoft Entra ID

    @Test(arguments: ["False", "false", "FALSE"])
    func `Entra disables by a capitalised Replace and a text`(word: String) throws {
        let patched = try patched(["op": "Replace", "path": "active", "value": .string(word)])
        #expect(patched["active"] == false)
    }

    @Test func `Entra sends one capitalised operation a path`() throws {
        let patched = try patched(
            ["op": "Replace", "path": #"emails[type eq "work"].value"#, "value": "new@example.org"],
            ["op": "Replace", "path": "name.familyName", "value": "New"],
            ["op": "Add", "path": .string("\(enterpriseURN):department"), "value": "Support"],
            ["op": "Add", "path": "title", "value": "Agent"])
        #expect(
            patched["emails"] == [["value": "new@example.org", "type": "work", "primary": true]])
        #expect(patched["name"] == ["familyName": "New", "givenName": "Ann"])
        #expect(patched[enterpriseURN]?["department"] == "Support")
        #expect(patched[enterpriseURN]?["manager"] == ["value": "boss"])
        #expect(patched["title"] == "Agent")
    }

    @Test func `Entra adds an element through a filter that nothing passes`() throws {
        let patched = try patched(["op": "Add", "path": #"emails[type eq "home"].value"#, "value": "ann@home.example"])
        #expect(patched["emails"]?.array?.last == ["value": "ann@home.example", "type": "home"])
        #expect(patched["emails"]?.array?.count == 2)
        #expect(try refusal(["op": "replace", "path": #"emails[value sw "x"].type"#, "value": "home"]) == .noTarget)
    }

    @Test func `Entra's manager is a bare id or an object, and goes by null or an empty text`() throws {
        let path = "\(enterpriseURN):manager"
        for value: JSONValue in ["m2", ["value": "m2"], ["$ref": "../Users/m2", "value": "m2"]] {
            let patched = try patched(["op": "Add", "path": .string(path), "value": value])
            #expect(patched[enterpriseURN]?["manager"] == ["value": "m2"])
        }
        let gone: [JSONValue] = [
            ["op": "Remove", "path": .string(path)], ["op": "Replace", "path": .string(path), "value": ""],
            ["op": "replace", "path": .string(path), "value": ["value": .null]],
        ]
        for operation in gone {
            #expect(try patched(operation)[enterpriseURN] == ["department": "Sales"])
        }
    }

    @Test func `an attribute of the extension is found without its URN`() throws {
        let patched = try patched(["op": "Replace", "path": "manager", "value": "m2"])
        #expect(patched[enterpriseURN]?["manager"] == ["value": "m2"])
        #expect(patched["manager"] == nil)
    }

    @Test func `with aadOptscim062020 a replace without a path has dotted and URN keys`() throws {
        let patched = try patched(
            [
                "op": "replace",
                "value": [
                    "displayName": "Ann N", "name.familyName": "New", "active": false,
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Support",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager": "m2",
                    #"emails[type eq "work"].value"#: "n@example.org", "unknown": "x", "id": "x",
                ],
            ])
        #expect(patched["displayName"] == "Ann N")
        #expect(patched["name"]?["familyName"] == "New")
        #expect(patched["active"] == false)
        #expect(patched[enterpriseURN] == ["department": "Support", "manager": ["value": "m2"]])
        #expect(patched["emails"]?.array?.first?["value"] == "n@example.org")
        #expect(patched["unknown"] == nil)
    }

    @Test func `Entra adds members with an empty reference and removes them by an array`() throws {
        let group: JSONValue = ["displayName": "G", "members": [["value": "a"], ["value": "b"]]]
        let added = try patched(
            [
                "op": "Add", "path": "members",
                "value": [["$ref": .null, "value": "c"], ["$ref": .null, "value": "a"]],
            ],
            group: group)
        #expect(added["members"]?.array?.compactMap { $0["value"]?.string } == ["a", "b", "c"])
        let removed = try patched(
            ["op": "Remove", "path": "members", "value": [["$ref": .null, "value": "a"]]], group: group)
        #expect(removed["members"] == [["value": "b"]])
    }

    // MARK: Okta

    @Test func `Okta deactivates without a path`() throws {
        let patched = try patched(["op": "replace", "value": ["active": false]])
        #expect(patched["active"] == false)
        #expect(patched["userName"] == "ann")
    }

    @Test func `Okta removes a member by a filter, twice without harm, and replaces a group as an object`() throws {
        let group: JSONValue = ["displayName": "G", "members": [["value": "a"], ["value": "b"]]]
        let one: JSONValue = ["op": "remove", "path": #"members[value eq "a"]"#]
        #expect(try patched(one, one, group: group)["members"] == [["value": "b"]])
        let renamed = try patched(
            ["op": "replace", "value": ["id": "x", "displayName": "H"]], group: group)
        #expect(renamed["displayName"] == "H")
        #expect(renamed["members"]?.array?.count == 2)
        #expect(try patched(["op": "remove", "path": "members"], group: group)["members"] == nil)
        let replaced = try patched(["op": "replace", "path": "members", "value": [["value": "z"]]], group: group)
        #expect(replaced["members"] == [["value": "z"]])
    }

    // MARK: The RFC

    @Test func `a whole extension is set, merged and removed by its URN`() throws {
        let path = JSONValue.string(enterpriseURN)
        let merged = try patched(["op": "add", "path": path, "value": ["department": "Legal"]])
        #expect(merged[enterpriseURN] == ["department": "Legal", "manager": ["value": "boss"]])
        #expect(try patched(["op": "remove", "path": path])[enterpriseURN] == nil)
        let inside = try patched([
            "op": "replace",
            "value": ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": ["department": "Legal"]],
        ])
        #expect(inside[enterpriseURN]?["department"] == "Legal")
    }

    @Test func `a new primary value takes the place of the old one`() throws {
        let patched = try patched(
            ["op": "add", "path": "emails", "value": [["value": "b@example.org", "type": "home", "primary": true]]])
        #expect(
            patched["emails"] == [
                ["value": "ann@example.org", "type": "work", "primary": false],
                ["value": "b@example.org", "type": "home", "primary": true],
            ])
    }

    @Test func `attributes that Onus does not keep change nothing, and keep nobody out`() throws {
        let before = try SCIMResourceType.user.document(from: user)
        let after = try patched(
            ["op": "Replace", "path": #"phoneNumbers[type eq "work"].value"#, "value": "+1"],
            ["op": "Add", "path": "preferredLanguage", "value": "en"],
            ["op": "Add", "path": "name.middleName", "value": "X"],
            ["op": "Add", "path": .string("\(enterpriseURN):employeeNumber"), "value": "1"],
            ["op": "Add", "path": "urn:okta:x:1.0:user:custom:thing", "value": "1"])
        #expect(after == .object(before))
    }

    @Test func `what can't be done says why`() throws {
        #expect(try refusal(["op": "move", "path": "title"]) == .invalidSyntax)
        #expect(try refusal(["op": "add", "path": "shoeSize", "value": 43]) == .invalidPath)
        #expect(try refusal(["op": "add", "path": "emails[", "value": 43]) == .invalidPath)
        #expect(try refusal(["op": "replace", "path": "id", "value": "x"]) == .mutability)
        #expect(try refusal(["op": "replace", "path": "meta.created", "value": "x"]) == .mutability)
        #expect(try refusal(["op": "remove"]) == .noTarget)
        #expect(try refusal(["op": "remove", "path": "userName"]) == .invalidValue)
        #expect(try refusal(["op": "replace", "path": "active", "value": "perhaps"]) == .invalidValue)
        #expect(try refusal(["op": "replace", "path": "title", "value": ["a"]]) == .invalidValue)
        #expect(try refusal(["op": "replace", "path": "title"]) == .invalidValue)
        #expect(try refusal(["op": "replace", "value": "title"]) == .invalidValue)
    }

    @Test func `an immutable part is given once, and no element becomes another`() throws {
        let group: JSONValue = ["displayName": "G", "members": [["value": "a"], ["value": "b"]]]
        let document = try SCIMResourceType.group.document(from: group)
        let swaps: [JSONValue] = [
            ["op": "replace", "path": #"members[value eq "a"].value"#, "value": "c"],
            ["op": "add", "path": #"members[value eq "a"].value"#, "value": "c"],
            ["op": "replace", "path": #"members[value eq "a"]"#, "value": ["value": "c"]],
            ["op": "replace", "path": "members.value", "value": "c"],
            ["op": "remove", "path": #"members[value eq "a"].value"#],
            ["op": "replace", "path": #"members[value eq "a"].value"#, "value": .null],
            ["op": "replace", "path": #"members[value eq "a"].value"#, "value": ""],
            ["op": "replace", "value": [#"members[value eq "a"].value"#: "c"]],
        ]
        for swap in swaps {
            let error = #expect(throws: SCIMError.self) {
                try SCIMPatch(patchBody([swap])).applied(to: document, of: .group)
            }
            #expect(error?.status == 400 && error?.kind == .mutability, "\(swap.serialized)")
        }
        // What says the same changes nothing, and a part that had no value gets one.
        let same = try patched(
            ["op": "replace", "path": #"members[value eq "a"].value"#, "value": "a"],
            ["op": "add", "path": #"members[value eq "b"]"#, "value": ["value": "b", "type": "User"]], group: group)
        #expect(same["members"] == [["value": "a"], ["value": "b", "type": "User"]])
        #expect(
            try patched(["op": "add", "path": "members.value", "value": "c"], group: ["displayName": "G"])["members"]
                == [["value": "c"]])
    }

    @Test func `one bad operation leaves everything as it was`() throws {
        #expect(
            try refusal(["op": "replace", "path": "title", "value": "x"], ["op": "add", "path": "no", "value": "x"])
                == .invalidPath)
    }
}
