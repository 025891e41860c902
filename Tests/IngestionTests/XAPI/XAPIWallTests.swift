import EventLog
import HTTPTypes
import Models
import Postgres
import Schema
import Support
import Testing

@testable import Ingestion

/// What becomes of statements, and who may see it.
@Suite(.timeLimit(.minutes(5))) struct XAPIWallTests {
    private let mapping: JSONValue = [
        "rules": [
            [
                "activity": "https://lms.example/course/", "programme": ["extension": "https://onus.example/programme"],
                "gap": ["extension": "https://onus.example/gap"],
            ],
            ["activity": "https://lms.example/safety/", "expectation": ["constant": "safe-work"]],
        ]
    ]

    private func tied(_ id: String? = nil, verb: String = "http://adlnet.gov/expapi/verbs/completed") -> JSONValue {
        statement(
            id, verb: verb,
            [
                "timestamp": "2026-03-31T12:00:00Z",
                "context": [
                    "extensions": ["https://onus.example/programme": "knots", "https://onus.example/gap": "g1"]
                ],
            ])
    }

    @Test func `a statement that a rule ties to the job becomes its event once; voided, it is retracted`() async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.map(mapping)
            for _ in 0..<2 { #expect(try await harness.xapi(.post, "/statements", tied(firstID)).status == 200) }
            let data = try await harness.texts("SELECT data FROM log.event WHERE source = '/xapi'")
            #expect(data == [#"{"person":"ann","programme":"knots","gap":"g1"}"#])
            try await harness.xapi(.post, "/statements", voiding(firstID))
            let retracted = try await harness.texts("SELECT data FROM log.event ORDER BY seq DESC LIMIT 1")
            #expect(retracted.first?.contains(#""event":{"source":"/xapi","id":"\#(firstID)"}"#) == true)
            try await harness.xapi(.post, "/statements", statement(nil, activity: "https://lms.example/safety/1"))
            #expect(
                try await harness.texts("SELECT data FROM log.event ORDER BY seq DESC LIMIT 1")
                    == [
                        #"{"person":"ann","programme":"https://lms.example/safety/1","expectation":"safe-work"}"#
                    ])
            #expect(try await harness.number("SELECT count(*) FROM learner.learning") == 0)
        }
    }

    @Test func `a voiding waits for statements under way, and lists are complete as far as before them`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.map(mapping)
            let token = TokenSecret(try #require(harness.tokens[.lms]))
            let version = try #require(XAPIVersion("1.0.3"))
            let statement = try XAPIStatement(tied(firstID), at: "", version: version)
            let brought = XAPIBrought(
                statement: statement, fact: try XAPIFact.of(statement, try StatementMapping(mapping)))
            let bringer = XAPIBringer(organization: .default, name: "lms", hash: token.hash)
            try await harness.database.pool.withConnection { connection in
                _ = try await connection.query("SELECT set_config('onus.organization_id', '1', false)")
                try await connection.execute("BEGIN")
                let stored = try await connection.query(
                    """
                    SELECT stored
                    FROM learner.keep_statements($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """,
                    XAPIBrought.columns([brought], bringer)
                ).only().timestamptz(0)
                let isComplete = "SELECT (learner.consistent_through() > $1)::int"
                func complete() async throws -> Int {
                    try await harness.database.pool.query(isComplete, [.timestamptz(stored)]).only().int(0)
                }
                async let voided = harness.xapi(.post, "/statements", voiding(firstID))
                let waiting = """
                    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                while try await harness.number(waiting) == 0 { await Task.yield() }
                #expect(try await complete() == 0)
                let through = try #require(HTTPField.Name.xapiConsistentThrough)
                let header = try await harness.xapi(.get, "/about", as: nil).headers[through]
                #expect(try Instant(rfc3339: try #require(header)) <= Instant(stored))
                try await connection.execute("COMMIT")
                #expect(try await voided.status == 200)
                #expect(try await complete() == 1)
            }
            let retracted = try await harness.texts("SELECT data FROM log.event WHERE data LIKE '%voided by its LMS%'")
            #expect(retracted.count == 1 && retracted[0].contains(firstID))
        }
    }

    @Test func `a statement that is voided several times is retracted once`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.map(mapping)
            try await harness.xapi(.post, "/statements", [tied(firstID), tied(secondID)])
            async let first = harness.xapi(.post, "/statements", voiding(firstID))
            async let second = harness.xapi(.post, "/statements", voiding(firstID))
            #expect(try await [first.status, second.status] == [200, 200])
            #expect(
                try await harness.xapi(.post, "/statements", [voiding(secondID), voiding(secondID)]).status == 200)
            #expect(
                try await harness.number("SELECT count(*) FROM log.event WHERE data LIKE '%voided by its LMS%'") == 2)
        }
    }

    @Test func `a statement that two have brought counts until both have voided it`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.map(mapping)
            let other = try await harness.database.pool.withConnection { connection in
                try await Tokens(connection).create(name: "lms2", role: .lms, organization: .default).value
            }
            let retractions = "SELECT count(*) FROM log.event WHERE data LIKE '%voided by its LMS%'"
            try await harness.xapi(.post, "/statements", tied(firstID))
            try await harness.xapi(.post, "/statements", tied(firstID), token: other)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 1)
            try await harness.xapi(.post, "/statements", voiding(firstID))
            #expect(try await harness.number(retractions) == 0)
            try await harness.xapi(.post, "/statements", voiding(firstID), token: other)
            #expect(try await harness.number(retractions) == 1)
        }
    }

    @Test func `a waiver, a look, a completion that says it is none, and one without its tie stay the learner's own`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.map(mapping)
            let untied = statement(nil, ["result": ["completion": false]])
            for statement in [
                tied(verb: StatementRule.waived), tied(verb: "http://id.tincanapi.com/verb/viewed"), untied,
                statement(),
                statement(nil, activity: "https://lms.example/other"),
            ] { #expect(try await harness.xapi(.post, "/statements", statement).status == 200) }
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
            #expect(try await harness.number("SELECT count(*) FROM learner.learning WHERE person = 'ann'") == 5)
        }
    }

    @Test func `a tie that is no identifier is refused by its place, and nothing is kept`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.map(mapping)
            let answer = try await harness.xapi(
                .post, "/statements",
                statement(nil, ["context": ["extensions": ["https://onus.example/gap": 7]]]))
            #expect(answer.status == 400)
            #expect(answer.json["pointer"] == "/context/extensions/https:~1~1onus.example~1gap")
            #expect(try await harness.number("SELECT count(*) FROM learner.statement") == 0)
        }
    }

    @Test func `the person is the account's name or the mail address; nobody else's learning is anybody's`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            for actor: JSONValue in [
                ["mbox": "mailto:bob@lms.example"], ["openid": "https://id.example/x"],
                ["objectType": "Group", "member": [["mbox": "mailto:cy@lms.example"]]],
            ] { #expect(try await harness.xapi(.post, "/statements", statement(nil, ["actor": actor])).status == 200) }
            try await harness.xapi(.post, "/statements", statement())
            #expect(
                try await harness.texts("SELECT person || ' ' || title FROM learner.learning ORDER BY 1")
                    == ["ann Knots", "bob@lms.example Knots"])
            #expect(try await harness.number("SELECT count(*) FROM learner.statement") == 4)
        }
    }

    @Test func `only a token of the name that brought a statement reads it back`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let (same, other, abroad) = try await harness.database.pool.withConnection { connection in
                let tokens = Tokens(connection)
                let organization = try await Organizations(connection).create(name: "other")
                return (
                    try await tokens.create(name: "lms", role: .lms, organization: .default).value,
                    try await tokens.create(name: "lms2", role: .lms, organization: .default).value,
                    try await tokens.create(name: "lms", role: .lms, organization: organization).value
                )
            }
            try await harness.xapi(.post, "/statements", statement(firstID))
            let path = "/statements?statementId=\(firstID)"
            #expect(try await harness.xapi(.get, path, token: same).status == 200)
            for token in [other, abroad, harness.tokens[.admin] ?? ""] {
                #expect(try await harness.xapi(.get, path, token: token).status == 404)
                #expect(try await harness.xapi(.get, "/statements", token: token).json["statements"] == [])
            }
        }
    }

    @Test func `ingestion's role opens nothing without a valid secret, and the table not at all`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.xapi(.post, "/statements", statement(firstID))
            let token = TokenSecret(try #require(harness.tokens[.lms]))
            let auditor = TokenSecret(try #require(harness.tokens[.auditor]))
            try await harness.database.pool.withConnection { connection in
                _ = try await connection.query("SELECT set_config('onus.organization_id', '1', false)")
                try await connection.execute("SET ROLE onus_ingestion")
                let read = "SELECT document FROM learner.statement_brought($1, $2, false)"
                let id = try #require(UUIDBytes(firstID))
                #expect(try await connection.query(read, [.bytea(token.hash), .uuid(id)]).count == 1)
                let unknown = [UInt8](repeating: 0, count: 32)
                for hash in [unknown, auditor.hash] {
                    let error = await #expect(throws: PostgresError.self) {
                        _ = try await connection.query(read, [.bytea(hash), .uuid(id)])
                    }
                    #expect(error?.sqlState == .insufficientPrivilege)
                }
                for sql in [
                    "SELECT count(*) FROM learner.statement", "DELETE FROM learner.statement",
                    "SELECT learner.bringer('x')",
                ] {
                    let error = await #expect(throws: PostgresError.self) { _ = try await connection.query(sql) }
                    #expect(error?.sqlState == .insufficientPrivilege, "\(sql)")
                }
                try await connection.execute("RESET ROLE")
            }
        }
    }

    @Test func `personal learning appears nowhere that another role can read`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.map(mapping)
            let marker = "marker\(UInt64.random(in: 0...UInt64.max))"
            let personal = statement(
                nil, activity: "https://lms.example/\(marker)", person: marker,
                [
                    "object": [
                        "id": .string("https://lms.example/\(marker)"),
                        "definition": ["name": ["en": .string(marker)]],
                    ],
                    "result": ["response": .string(marker)],
                ])
            #expect(try await harness.xapi(.post, "/statements", personal).status == 200)
            // Also what is refused leaves nothing behind.
            let refused = statement(nil, person: marker, ["verb": ["id": .string(marker)]])
            #expect(try await harness.xapi(.post, "/statements", refused).status == 400)
            let holding = try await harness.tables(holding: marker)
            #expect(holding == ["learner.learning", "learner.statement"])
            for role in ["onus_ingestion", "onus_scoring", "onus_notification", "onus_console"] {
                let readable = try await harness.texts(
                    """
                    SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'learner' AND c.relkind = 'r'
                        AND has_schema_privilege('\(role)', n.oid, 'USAGE')
                        AND has_any_column_privilege('\(role)', c.oid, 'SELECT')
                    """)
                #expect(readable == (role == "onus_console" ? ["learner.learning"] : []), "\(role)")
            }
            try await harness.database.pool.withConnection { connection in
                _ = try await connection.query(
                    "SELECT set_config('onus.organization_id', '1', false), set_config('onus.person', 'boss', false)")
                try await connection.execute("SET ROLE onus_console")
                #expect(try await connection.query("SELECT FROM learner.learning").isEmpty)
                try await connection.execute("RESET ROLE")
            }
        }
    }

    @Test func `what the organisation minimises is in no statement that is kept`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.database.pool.withConnection {
                try await Organizations($0).setMinimisedNames(["response"], organization: .default)
            }
            let said = "said \(UUIDBytes.random())"
            let answers: JSONValue = ["result": ["response": .string(said), "completion": true]]
            #expect(try await harness.xapi(.post, "/statements", statement(nil, answers)).status == 200)
            let put = "/statements?statementId=\(firstID)"
            #expect(try await harness.xapi(.put, put, statement(firstID, answers)).status == 204)
            #expect(try await harness.tables(holding: said) == [])
            let kept = try await harness.xapi(.get, put).json
            #expect(kept["result"] == ["completion": true])
        }
    }

    @Test func `what a learner removes is gone for the LMS too, and does not come back`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.xapi(.post, "/statements", statement(firstID))
            try await harness.database.pool.withConnection { connection in
                _ = try await connection.query(
                    "SELECT set_config('onus.organization_id', '1', false), set_config('onus.person', 'ann', false)")
                try await connection.execute("SET ROLE onus_console")
                #expect(try await connection.execute("DELETE FROM learner.learning") == 1)
                try await connection.execute("RESET ROLE")
            }
            #expect(try await harness.xapi(.get, "/statements?statementId=\(firstID)").status == 404)
            #expect(try await harness.xapi(.get, "/statements").json["statements"] == [])
            #expect(try await harness.xapi(.post, "/statements", statement(firstID)).status == 200)
            #expect(try await harness.number("SELECT count(*) FROM learner.learning") == 0)
            #expect(try await harness.number("SELECT count(*) FROM learner.statement WHERE document IS NOT NULL") == 0)
        }
    }
}
