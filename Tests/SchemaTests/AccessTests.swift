import Models
import Postgres
import Schema
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct AccessTests {
    @Test func `a token opens its organisation until it is revoked or expires`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                let tokens = Tokens(connection)
                let other = try await Organizations(connection).create(name: "other")
                let secret = try await tokens.create(name: "hris", role: .integration, organization: other)
                let past = try await tokens.create(
                    name: "old", role: .admin, organization: other, expires: .at(Instant(microseconds: 1)))
                #expect(secret.value.hasPrefix("onus_") && secret.value.count == 48)
                #expect("\(secret)" == "<private>" && String(reflecting: secret) == "<private>")

                try await connection.execute("SET ROLE onus_ingestion")
                let known = try #require(try await tokens.authenticate(secret))
                #expect(known.organization == other && known.name == "hris" && known.role == .integration)
                #expect(try await tokens.authenticate(past) == nil)
                #expect(try await tokens.authenticate(TokenSecret("onus_guess")) == nil)
                await #expect(throws: PostgresError.self) { try await tokens.list(organization: other) }

                try await connection.execute("RESET ROLE")
                let listed = try await tokens.list(organization: other)
                #expect(listed.map(\.name) == ["hris", "old"])
                #expect(listed[0].lastUsed != nil && listed[1].revoked == nil)
                #expect(try await tokens.revoke("hris", organization: .default) == 0)
                #expect(try await tokens.revoke("hris", organization: other) == 1)
                #expect(try await tokens.authenticate(secret) == nil)
                let kept = try await connection.query("SELECT hash FROM onus.token WHERE name = 'hris'").only().bytes(0)
                #expect(kept == secret.hash)
            }
        }
    }

    @Test func `a rotated token goes on for the overlap beside the one that replaces it`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                let tokens = Tokens(connection)
                let old = try await tokens.create(
                    name: "lms", role: .lms, organization: .default, expires: .after(.seconds(90 * 86_400)), rate: 50)
                #expect(try await tokens.rotate("nobody", organization: .default, overlap: .zero) == nil)
                let new = try #require(
                    try await tokens.rotate("lms", organization: .default, overlap: .seconds(3600)))
                let holder = try #require(try await tokens.authenticate(new))
                #expect(holder.name == "lms" && holder.role == .lms && holder.rate == 50)
                #expect(try await tokens.authenticate(old)?.rate == 50)
                let lives = try await connection.query(
                    "SELECT extract(epoch FROM expires - now()) / 3600 < 1.01 FROM onus.token ORDER BY created")
                #expect(try lives.map { try $0.bool(0) } == [true, false])
                var listed = try await tokens.list(organization: .default)
                #expect(listed.map(\.state) == [.replaced, .valid] && listed.map(\.rate) == [50, 50])
                // A longer overlap of a later rotation gives no time back; none at all ends it now.
                _ = try await tokens.rotate("lms", organization: .default, overlap: .seconds(86_400), expires: .never)
                let kept = try await connection.query(
                    "SELECT count(*) FROM onus.token WHERE expires < now() + interval '2 hours'")
                #expect(try kept.only().int(0) == 1)
                #expect(try await tokens.rotate("\(holder.id)", organization: .default, overlap: .zero) != nil)
                #expect(try await tokens.authenticate(new) == nil)
                #expect(try await tokens.authenticate(old) != nil)
                listed = try await tokens.list(organization: .default)
                #expect(listed.map(\.state) == [.replaced, .expired, .valid, .valid])
                // Two roles under one name: the operator has to say which.
                _ = try await tokens.create(name: "lms", role: .scim, organization: .default)
                #expect(try await tokens.rotate("lms", organization: .default, overlap: .zero) == nil)
                #expect(try await tokens.list(organization: .default).map(\.state).count { $0 == .valid } == 3)
                #expect(try await tokens.revoke("\(listed[3].id)", organization: .default) == 1)
                #expect(try await tokens.revoke("lms", organization: .default) == 3)
            }
        }
    }

    @Test func `services of before a rate was known go on with the function they know`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                let secret = try await Tokens(connection).create(
                    name: "t", role: .admin, organization: .default, rate: 9)
                try await connection.execute("SET ROLE onus_console")
                let row = try await connection.query(
                    "SELECT organization_id, id, name, role FROM onus.authenticate($1)", [.bytea(secret.hash)]
                ).only()
                #expect(try row.text(2) == "t")
            }
        }
    }

    @Test(arguments: [0, 1_000_001]) func `a rate out of range is refused`(rate: Int) async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await Tokens(connection).create(
                        name: "t", role: .admin, organization: .default, rate: rate)
                }
                #expect(error?.constraint == "token_rate_sensible")
            }
        }
    }

    @Test func `secrets differ and use the whole alphabet`() {
        var generator = SystemRandomNumberGenerator()
        let secrets = (0..<200).map { _ in TokenSecret(using: &generator).value }
        #expect(Set(secrets).count == 200)
        #expect(Set(secrets.joined()).count == 64)
    }

    @Test func `an organisation is made once, found by its name, and keeps what is set for it`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                let organizations = Organizations(connection)
                let id = try await organizations.create(name: "Zweigstelle Köln")
                let error = await #expect(throws: PostgresError.self) {
                    try await organizations.create(name: "Zweigstelle Köln")
                }
                #expect(error?.constraint == "organization_name_unique")
                #expect(try await organizations.named("Zweigstelle Köln") == id)
                #expect(try await organizations.named("nobody") == nil)
                try await organizations.setContacts(hr: PersonID(unchecked: "h"), learning: nil, organization: id)
                try await organizations.setContacts(hr: nil, learning: PersonID(unchecked: "l"), organization: id)
                try await organizations.setMinimisedNames(["notes", "mood"], organization: id)
                let record = try #require(try await organizations.find(id))
                #expect(record.hrContact?.rawValue == "h" && record.learningContact?.rawValue == "l")
                #expect(
                    record.minimisedNames == ["notes", "mood"] && record.scoredDay == nil && record.policyVersion == 1)
                #expect(try await organizations.list().map(\.name) == ["default", "Zweigstelle Köln"])
            }
        }
    }

    @Test func `partitions are made once, and take over what lay in the default one`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                try await connection.script(
                    """
                    INSERT INTO log.event (organization_id, era, identity, type, source, id, time, data, recorded)
                    SELECT 1, 1, gen_random_uuid(), 1, 's', n::text, now(), '{}', '2131-03-31 23:30Z'::timestamptz + n * interval '20 minutes'
                    FROM generate_series(1, 3) AS n
                    """)
                try await connection.execute("SET ROLE onus_ingestion")
                try await connection.execute("SET timezone = 'Australia/Sydney'")
                let made = try await connection.query("SELECT log.create_partitions('2131-03-05', '2131-04-01')")
                #expect(try made.only().int4(0) == 2)
                let again = try await connection.query("SELECT log.create_partitions('2131-03-05', '2131-04-01')")
                #expect(try again.only().int4(0) == 0)
                try await connection.execute("RESET ROLE")
                let counts = try await connection.query(
                    "SELECT (SELECT count(*) FROM log.event_2131_03), (SELECT count(*) FROM log.event_2131_04), (SELECT count(*) FROM log.event_default)"
                )
                #expect(try counts.only().int8(0) == 1)
                #expect(try counts.only().int8(1) == 2)
                #expect(try counts.only().int8(2) == 0)
            }
        }
    }
}
