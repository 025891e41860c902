import Models
import Testing

@testable import Ingestion

@Suite struct SCIMFilterTests {
    private let scope = SCIMResourceType.user.scope

    private func parse(_ text: String) throws -> SCIMFilter {
        let filter = try SCIMFilterParser.filter(text, urns: scope.urns)
        try filter.check(in: scope)
        return filter
    }

    private let person: JSONObject = {
        let value: JSONValue = [
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "42", "userName": "Ann@Example.org",
            "externalId": "E1", "name": ["familyName": "O'Malley"], "active": true,
            "emails": [
                ["value": "ann@example.org", "type": "work", "primary": true],
                ["value": "ann@home.example", "type": "home"],
            ],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": [
                "department": "Sales", "manager": ["value": "boss"],
            ],
            "meta": ["lastModified": "2026-03-31T12:00:00Z"],
        ]
        return value.object ?? JSONObject()
    }()

    @Test(arguments: [
        #"userName eq "ann@example.ORG""#, #"username EQ "ann@example.org""#, #"externalId eq "E1""#,
        #"emails[type eq "work"].value eq "ann@example.org""#, #"emails[type eq "work" and value co "@example.org"]"#,
        #"emails.value sw "ann@home""#, #"emails eq "ann@home.example""#, #"name.familyName co "O'Malley""#,
        #"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ANN""#, "active eq true", "active eq True",
        #"active eq "True""#, "title ne \"x\"", "not (title pr)", "title eq null", "displayName eq null",
        #"userName pr and not (active eq false) and (externalId eq "no" or externalId eq "E1")"#,
        #"\#(enterpriseURN):department eq "sales""#, #"\#(enterpriseURN):manager.value eq "boss""#,
        #"\#(enterpriseURN):manager eq "boss""#, #"meta.lastModified gt "2026-03-31T13:30:00+02:00""#,
        #"meta.lastModified le "2026-03-31T12:00:00Z""#, #"userName ew ".org" or title pr"#,
        #"externalId eq "no" and externalId eq "no" or userName pr"#, #"name[familyName eq "o'malley"]"#,
        #"id eq "42""#,
    ])
    func `a filter lets pass what it describes`(text: String) throws {
        #expect(try parse(text).matches(person, in: scope))
    }

    @Test(arguments: [
        #"userName eq "ann""#, #"externalId eq "e1""#, #"emails[type eq "home"].value eq "ann@example.org""#,
        #"emails[type eq "home" and value co "@example.org"]"#, "title pr", "active ne true", "not (userName pr)",
        #"emails ne "ann@example.org""#, #"userName pr and (title pr or active eq false)"#, "userName eq null",
        #"meta.lastModified lt "2026-03-31T12:00:00Z""#, #"\#(enterpriseURN):manager eq "BOSS""#,
        #"userName pr and externalId eq "no" or title pr"#,
    ])
    func `a filter holds back the rest`(text: String) throws {
        #expect(try !parse(text).matches(person, in: scope))
    }

    @Test(arguments: [
        "", "userName", "userName eq", "userName eq ann", #"userName eq "ann"#, "userName xx \"a\"", "eq \"a\"",
        "(userName pr", "userName pr)", "userName pr and", "not userName pr", "userName pr or or active pr",
        #"emails[type eq "work""#, #"emails[type eq "work"]value pr"#, #"a.b.c eq "x""#, "phoneNumbers pr",
        #"emails.kind eq "x""#, #"urn:x:y:z eq "1""#, "active gt true", "userName eq 1", #"name eq "x""#,
        #"meta.created gt "yesterday""#, #"userName[value eq "x"] pr"#, #"userName eq ["a"]"#,
        "userName eq \"a\" active pr",
    ])
    func `what is no filter of this service is invalidFilter`(text: String) throws {
        let error = #expect(throws: SCIMError.self) { try parse(text) }
        #expect(error?.kind == .invalidFilter)
        #expect(error?.status == 400)
    }

    @Test func `a filter that nests too deep or is too long is refused, not overflowed`() {
        let deep = String(repeating: "(", count: 2_000) + "userName pr" + String(repeating: ")", count: 2_000)
        #expect(throws: SCIMError.self) { try parse(deep) }
        #expect(throws: SCIMError.self) { try parse("userName eq \"\(String(repeating: "x", count: 10_000))\"") }
    }

    @Test(arguments: [
        (#"userName eq "a""#, SCIMLookup.userName("a")), (#"externalId eq "a""#, .externalID("a")),
        (#"emails[type eq "work"].value eq "a""#, .email("a")),
        (#"emails[type eq "work" and value eq "a"]"#, .email("a")),
        (#"emails.value eq "a" and active eq true"#, .email("a")),
        (#"active eq true and userName eq "a""#, .userName("a")),
        (#"id eq "nobody""#, .nothing), (#"userName eq "a" or externalId eq "a""#, nil), (#"userName ne "a""#, nil),
        (#"title eq "a""#, nil), (#"not (userName eq "a")"#, nil),
    ])
    func `the look-ups of identity providers go by an index`(text: String, expected: SCIMLookup?) throws {
        #expect(SCIMLookup(try parse(text), in: scope) == expected)
    }

    @Test func `paths are taken apart at the URN, the filter and the dot`() throws {
        func path(_ text: String) throws -> SCIMPath { try SCIMFilterParser.path(text, urns: scope.urns) }
        #expect(try path("name.familyName") == SCIMPath("name", part: "familyName"))
        #expect(try path("\(enterpriseURN):department") == SCIMPath(urn: enterpriseURN, "department"))
        #expect(try path("\(enterpriseURN):manager.value") == SCIMPath(urn: enterpriseURN, "manager", part: "value"))
        #expect(try path(enterpriseURN) == SCIMPath(urn: enterpriseURN, ""))
        #expect(
            try path(#"emails[type eq "work"].value"#)
                == SCIMPath("emails", filter: .compare(SCIMPath("type"), .equal, "work"), part: "value"))
        for text in ["", "a b", "a.b.c", "1a", "emails[", "emails[type eq]", ".x", "x."] {
            #expect(throws: SCIMError.self, "\(text)") { try path(text) }
        }
    }
}
