import Testing

@testable import Operator

struct DatabaseURLTests {
    @Test(arguments: [
        ("postgresql://onus:p@127.0.0.1:5432/onus", "postgresql://new:w@127.0.0.1:5432/onus"),
        ("postgresql://127.0.0.1/onus", "postgresql://new:w@127.0.0.1/onus"),
        ("postgres://a:b%40c@one:1,two:2/onus?sslmode=require", "postgres://new:w@one:1,two:2/onus?sslmode=require"),
        ("postgresql:///onus?host=/tmp/s&user=me&password=x", "postgresql://new:w@/onus?host=/tmp/s"),
        ("postgresql://[::1]:5432", "postgresql://new:w@[::1]:5432"),
    ])
    func `a service's URL differs from the owner's in the user alone`(owner: String, service: String) throws {
        #expect(try DatabaseURL(owner).with(user: "new", password: "w") == service)
    }

    @Test func `a password with any character stays one part of the URL`() throws {
        let url = try DatabaseURL("postgresql://h/d").with(user: "r", password: "a:b@c/d?e%f")
        #expect(url == "postgresql://r:a%3Ab%40c%2Fd%3Fe%25f@h/d")
    }

    @Test(arguments: [
        ("postgresql://u:p@127.0.0.1:5432/onus", true), ("postgres://127.0.0.1:5432/onus?user=u&password=p", true),
        ("postgresql://u:p@127.0.0.1:5433/onus", false), ("postgresql://u:p@127.0.0.2:5432/onus", false),
        ("postgresql://u:p@127.0.0.1:5432/other", false),
        ("postgresql://u:p@127.0.0.1:5432/onus?sslmode=require", false),
    ])
    func `one database is named by the same host, port, path and parameters`(other: String, same: Bool) throws {
        let owner = try DatabaseURL("postgresql://onus:secret@127.0.0.1:5432/onus")
        #expect(try owner.names(databaseOf: DatabaseURL(other)) == same)
    }

    @Test func `a text that is no URI is wrong usage`() {
        #expect(throws: CommandFailure.usage("database-url: expected a URI, postgresql://…")) {
            try DatabaseURL("host=127.0.0.1 user=onus")
        }
    }
}
