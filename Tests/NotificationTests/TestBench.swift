import AsyncHTTPClient
import Logging
import Models
import Notification
import Postgres
import Support

/// A migrated database of its own, with people and notices as scoring writes them, and the service's parts on top.
struct TestBench: Sendable {
    /// As the database's owner.
    let pool: PostgresPool
    /// As the service: with no more rights than `onus_notification` has.
    let servicePool: PostgresPool
    let client: HTTPClient
    let organization = OrganizationID.default
    /// A Tuesday, ten o'clock in UTC: mail goes out at once.
    let tuesday = Instant(microseconds: 1_772_532_000_000_000)

    /// - Parameter body: Gets a migrated database of its own.
    static func run(_ body: (TestBench) async throws -> Void) async throws {
        try await TestDatabase.withMigrated { database in
            let separator = database.url.contains("?") ? "&" : "?"
            let service = PostgresPool(
                configuration: ConnectionConfiguration(
                    url: database.url + separator + "options=-c%20role%3Donus_notification"),
                size: 0...8, acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
            let reach = try WebhookReach("127.0.0.0/8,::1/128")
            let client = HTTPClient(configuration: WebhookTransport.configuration(calling: reach))
            let outcome: Result<Void, any Error>
            do {
                let bench = TestBench(pool: database.pool, servicePool: service, client: client)
                outcome = .success(try await body(bench))
            } catch {
                outcome = .failure(error)
            }
            try await client.shutdown()
            await service.close()
            try outcome.get()
        }
    }

    /// A planner with the service's rights.
    func planner(mail: Bool = true, batch: Int = 100) -> Planner {
        Planner(pool: servicePool, isMailConfigured: mail, batch: batch)
    }

    /// A courier with the service's rights.
    func courier(
        mailPort: Int? = nil, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws -> Courier {
        let mail = try mailPort.map { port in
            MailSettings(
                transport: SMTPTransport(endpoint: try SMTPEndpoint(url: "smtp://127.0.0.1:\(port)")),
                from: try MailAddress(mailbox: "Onus <onus@example.com>"))
        }
        return Courier(
            pool: servicePool, mail: mail, webhooks: WebhookTransport(client: client), links: try Self.links(),
            now: { tuesday }, clock: clock)
    }

    static func links() throws -> Links {
        let address = try WebAddress("https://onus.example", field: "address")
        return Links(console: address, unsubscribe: address)
    }

    /// A deliverer with the service's rights whose waits have no jitter.
    func deliverer(
        mailPort: Int? = nil, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws -> Deliverer {
        Deliverer(
            pool: servicePool, courier: try courier(mailPort: mailPort, clock: clock), jitter: { 0.5 }, clock: clock,
            pause: pause, report: { _, _ in })
    }

    /// Runs SQL as the database's owner.
    func sql(_ sql: String, _ bindings: [Binding] = []) async throws {
        _ = try await pool.query(sql, bindings)
    }

    /// One person's assignment from the beginning of 2026, or from `day` on.
    func assign(
        _ person: String, manager: String? = nil, active: Bool = true, email: String? = nil, name: String? = nil,
        timeZone: String = "UTC", from day: String = "2026-01-01"
    ) async throws {
        var data = JSONObject()
        data.append("person", .string(person))
        data.append("effectiveFrom", .string(day))
        data.append("active", .bool(active))
        for (key, value) in [("manager", manager), ("email", email), ("name", name), ("timeZone", timeZone)] {
            if let value { data.append(key, .string(value)) }
        }
        try await sql(
            """
            INSERT INTO facts.event (organization_id, identity, type, day, time, source, id, recorded, person, data)
            VALUES ($1, gen_random_uuid(), 1, $2::date, $2::date, 'hris', $3, now(), $4, $5)
            """,
            [
                .int4(organization.rawValue), .date(DateValue(daysSince1970: Int32(Day(day)?.number ?? 0))),
                .text("\(person) \(day)"), .text(person), .text(JSONValue.object(data).serialized),
            ])
    }

    /// A notice that waits to be planned.
    @discardableResult
    func notice(_ kind: NoticeKind, to recipient: String, about person: String? = "p") async throws -> Int64 {
        let rows = try await pool.query(
            """
            WITH written AS (
                INSERT INTO notice.notice (organization_id, key, digest, kind, recipient, recipient_role, day, person,
                    reason, evidence, next_step, link)
                VALUES ($1, gen_random_uuid()::text, gen_random_uuid(), $2, $3, 'manager', '2026-03-03', $4,
                    'Nobody has talked for 14 days.', '[{"source": "crm", "id": "e-1"}]', 'Prepare a conversation.',
                    '/people/p')
                RETURNING organization_id, id
            )
            INSERT INTO notice.pending SELECT organization_id, id FROM written RETURNING notice_id
            """, [.int4(organization.rawValue), .text(kind.rawValue), .text(recipient), .text(person)])
        return try rows.only().int8(0)
    }

    /// Registers a receiver and answers its number.
    func webhook(_ url: String, kinds: [NoticeKind] = [.coachingDue], secret: String) async throws -> Int64 {
        let rows = try await pool.query(
            "INSERT INTO notice.webhook (organization_id, url, kinds, secrets) VALUES ($1, $2, $3, ARRAY[$4]) RETURNING id",
            [.int4(organization.rawValue), .text(url), .textArray(kinds.map(\.rawValue)), .text(secret)])
        return try rows.only().int8(0)
    }

    struct Row: Hashable {
        let notice: Int64?
        let channel: String
        let recipient: String
        let state: String
        let attempts: Int
        let error: String?
    }

    func deliveries() async throws -> [Row] {
        try await pool.query(
            "SELECT notice_id, channel, recipient, state, attempts, last_error FROM notice.delivery ORDER BY id"
        ).map { row in
            Row(
                notice: try row.optionalInt8(0), channel: try row.text(1), recipient: try row.text(2),
                state: try row.text(3), attempts: Int(try row.int4(4)), error: try row.optionalText(5))
        }
    }

    func count(_ sql: String) async throws -> Int { Int(try await pool.query(sql).only().int8(0)) }
}
