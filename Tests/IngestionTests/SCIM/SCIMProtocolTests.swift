import HTTPTypes
import HummingbirdTesting
import Models
import NIOCore
import Postgres
import Schema
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct SCIMProtocolTests {
    @Test func `only tokens of the role scim, and admin, come in; refusals have SCIM's form`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            for role in TokenRole.allCases {
                let answer = try await harness.scim(.get, "/Users", as: role)
                #expect(answer.status == ([.scim, .admin].contains(role) ? 200 : 403), "\(role)")
                #expect(answer.headers[.contentType] == "application/scim+json")
            }
            let answer = try await harness.scim(.get, "/Users", as: nil)
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate] != nil)
            #expect(answer.json["status"] == "401")
        }
    }

    @Test func `an ETag saves a read and guards a change`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user("ann")
            let path = "/Users/\(id)"
            let etag = try #require(try await harness.scim(.get, path).headers[.eTag])
            #expect(etag == "W/\"1\"")
            let known = try await harness.scim(.get, path, headers: [.ifNoneMatch: etag])
            #expect(known.status == 304)
            #expect(known.json == .null)
            let set: JSONValue = ["op": "add", "path": "title", "value": "A"]
            #expect(try await harness.patch(path, set, headers: [.ifMatch: "W/\"9\", \"1\""]).status == 200)
            #expect(try await harness.scim(.get, path, headers: [.ifNoneMatch: etag]).status == 200)
            for method: HTTPRequest.Method in [.put, .patch, .delete] {
                let body = method == .put ? ["userName": "ann"] : method == .patch ? patchBody([set]) : nil
                let answer = try await harness.scim(method, path, body, headers: [.ifMatch: etag])
                #expect(answer.status == 412, "\(method)")
                #expect(answer.json["status"] == "412")
            }
            #expect(try await harness.scim(.delete, path, headers: [.ifMatch: "*"]).status == 204)
        }
    }

    @Test func `pages are cut from one stable order, and numbers are numbers`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            for number in 1...7 { _ = try await harness.user("u\(number)") }
            func page(_ query: String) async throws -> (JSONValue, [String]) {
                let json = try await harness.scim(.get, "/Users?\(query)").json
                return (json, json["Resources"]?.array?.compactMap { $0["userName"]?.string } ?? [])
            }
            let (first, names) = try await page("startIndex=1&count=3")
            #expect(first["totalResults"] == 7 && first["itemsPerPage"] == 3 && first["startIndex"] == 1)
            #expect(names == ["u1", "u2", "u3"])
            // A changed one keeps its place.
            let id = try #require(first["Resources"]?.array?.first?["id"]?.string)
            try await harness.patch("/Users/\(id)", ["op": "add", "path": "title", "value": "x"])
            #expect(try await page("startIndex=1&count=3").1 == names)
            #expect(try await page("startIndex=7&count=3").1 == ["u7"])
            #expect(try await page("startIndex=8").1 == [])
            #expect(try await page("startIndex=-3&count=1").1 == ["u1"])
            let (none, nobody) = try await page("count=0")
            #expect(none["totalResults"] == 7 && nobody == [])
            let (filtered, some) = try await page("filter=userName%20sw%20%22U%22&startIndex=6&count=1")
            #expect(filtered["totalResults"] == 7 && some == ["u6"])
            let (nothing, _) = try await page("filter=userName%20eq%20%22nobody%22&startIndex=1&count=100")
            #expect(nothing["totalResults"] == 0 && nothing["Resources"] == [])
            #expect(try await harness.scim(.get, "/Users?count=many").status == 400)
            #expect(try await harness.scim(.get, "/Users?filter=shoeSize%20eq%201").json["scimType"] == "invalidFilter")
        }
    }

    @Test func `the look-ups that identity providers make find the User`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            _ = try await harness.user("other", ["emails": [["value": "o@example.org", "type": "work"]]])
            let id = try await harness.user(
                "Ann@Example.org",
                ["externalId": "E+1", "emails": [["value": "ann+x@example.org", "type": "work"]]])
            for filter in [
                #"userName eq "ann@example.org""#, #"externalId eq "E+1""#, "id eq \"\(id)\"",
                #"emails[type eq "work"].value eq "ANN+x@example.org""#, #"emails.value co "ann+""#,
            ] {
                let answer = try await harness.scim(.get, "/Users?filter=\(PercentEncoding.encode(filter))")
                #expect(answer.json["totalResults"] == 1, "\(filter)")
                #expect(answer.json["Resources"]?.array?.first?["id"] == .string(id), "\(filter)")
                let posted = try await harness.scim(.post, "/Users/.search", ["filter": .string(filter)])
                #expect(posted.json == answer.json, "\(filter)")
            }
            let raw = "/Users?filter=externalId%20eq%20%22E+1%22"
            #expect(try await harness.scim(.get, raw).json["totalResults"] == 1)
        }
    }

    @Test func `attributes and excludedAttributes choose what is seen, in every answer`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user(
                "ann",
                [
                    "title": "A", "name": ["familyName": "F", "givenName": "G"],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": ["department": "D"],
                ])
            func names(_ query: String) async throws -> [String] {
                try await harness.scim(.get, "/Users/\(id)?\(query)").json.object?.members.map(\.name) ?? []
            }
            #expect(try await names("attributes=TITLE,name.familyName") == ["schemas", "id", "name", "title"])
            #expect(try await names("attributes=\(enterpriseURN):department") == ["schemas", "id", enterpriseURN])
            #expect(
                try await names("excludedAttributes=name,meta,id,\(enterpriseURN)")
                    == ["schemas", "id", "userName", "title"])
            let part = try await harness.scim(.get, "/Users/\(id)?attributes=name.familyName")
            #expect(part.json["name"] == ["familyName": "F"])
            let search = try await harness.scim(.post, "/.search", ["attributes": ["userName"]])
            #expect(
                search.json["Resources"]?.array?.first?.object?.members.map(\.name) == ["schemas", "id", "userName"])
        }
    }

    @Test func `one search covers users and groups`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            _ = try await harness.user("ann", ["displayName": "Ann"])
            _ = try await harness.group("Annex")
            let all = try await harness.scim(.post, "/.search", ["startIndex": 2, "count": 5])
            #expect(all.json["totalResults"] == 2)
            #expect(all.json["Resources"]?.array?.compactMap { $0["displayName"]?.string } == ["Annex"])
            let both = try await harness.scim(.post, "/.search", ["filter": "displayName sw \"ann\""])
            #expect(both.json["totalResults"] == 2)
            let one = try await harness.scim(.post, "/.search", ["filter": "userName eq \"ann\""])
            #expect(one.json["totalResults"] == 1)
            #expect(try await harness.scim(.post, "/.search", ["filter": "nothing pr"]).status == 400)
        }
    }

    @Test func `the service describes itself, and only what it keeps`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let configuration = try await harness.scim(.get, "/ServiceProviderConfig").json
            #expect(configuration["patch"]?["supported"] == true && configuration["bulk"]?["supported"] == false)
            let schemas = try await harness.scim(.get, "/Schemas").json
            #expect(schemas["totalResults"] == 3)
            for schema in schemas["Resources"]?.array ?? [] {
                let id = try #require(schema["id"]?.string)
                #expect(try await harness.scim(.get, "/Schemas/\(id)").json == schema)
                #expect(try await harness.scim(.get, "/Schemas/\(PercentEncoding.encode(id))").json == schema)
            }
            let types = try await harness.scim(.get, "/ResourceTypes").json["Resources"]?.array ?? []
            #expect(types.compactMap { $0["endpoint"]?.string } == ["/Users", "/Groups"])
            #expect(try await harness.scim(.get, "/ResourceTypes/User").json == types.first)
            #expect(try await harness.scim(.get, "/Schemas?filter=id%20pr").status == 403)
        }
    }

    @Test func `wrong paths and methods are answered in SCIM's form`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            for path in ["/Nothing", "/Users/x/y", "/Users/x", "/Schemas/x", "/ResourceTypes/x", "/"] {
                let answer = try await harness.scim(.get, path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"], "\(path)")
            }
            for (path, allow) in [
                ("/ServiceProviderConfig", "GET, HEAD"), ("/Schemas", "GET, HEAD"), ("/ResourceTypes", "GET, HEAD"),
            ] {
                let query = try #require(HTTPRequest.Method("QUERY"))
                for method: HTTPRequest.Method in [.post, .put, .patch, .delete, .options, query] {
                    let answer = try await harness.scim(method, path)
                    #expect(answer.status == 405, "\(method) \(path)")
                    #expect(answer.headers[.allow] == allow)
                    #expect(answer.headers[.contentType] == "application/scim+json")
                }
            }
            #expect(try await harness.scim(.delete, "/Users").status == 405)
            #expect(try await harness.scim(.post, "/Bulk", [:]).status == 501)
            #expect(try await harness.scim(.get, "/Me").status == 501)
            let xml = try await harness.scim(.post, "/Users", ["userName": "a"], headers: [.contentType: "text/xml"])
            #expect(xml.status == 415)
            #expect(try await harness.scim(.post, "/Users").json["scimType"] == "invalidSyntax")
        }
    }

    @Test func `no other organisation and no other service sees any of it`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let id = try await harness.user("ann")
            let other = try await harness.database.pool.withConnection { connection in
                let organization = try await Organizations(connection).create(name: "other")
                return try await Tokens(connection).create(name: "t", role: .scim, organization: organization).value
            }
            for path in ["/Users/\(id)", "/Users"] {
                let response = try await harness.client.execute(
                    uri: "/scim/v2\(path)", method: .get, headers: [.authorization: "Bearer \(other)"])
                let json = try JSONParser.parse(String(buffer: response.body))
                #expect(response.status == .notFound || json["totalResults"] == 0, "\(path)")
            }
            let grants = try await harness.texts(
                """
                SELECT DISTINCT g.grantee::regrole::text FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace, aclexplode(c.relacl) AS g
                WHERE n.nspname = 'scim' AND g.grantee <> c.relowner
                """)
            #expect(grants == ["onus_ingestion"])
        }
    }
}
