import ArgumentParser
import Models
import Postgres
import Support
import Testing

@testable import Operator

@Suite struct DeliveriesTests {
    private func withDatabase(_ body: (Connection) async throws -> Void) async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                try await body(connection)
            }
        }
    }

    private func insert(_ connection: Connection, state: String, webhook: Int64? = nil) async throws -> Int64 {
        try await connection.query(
            """
            INSERT INTO notice.delivery
                (organization_id, kind, channel, recipient, webhook_id, state, day, due, attempts, begun, last_error, finished)
            VALUES (1, 'coaching_due', $1, 'ana', $2, $3, '2026-03-03', '2026-03-03', 16, true, 'the receiver answered 500', now())
            RETURNING id
            """, [.text(webhook == nil ? "email" : "webhook"), .int8(webhook), .text(state)]
        ).only().int8(0)
    }

    @Test func `parked deliveries are listed without addresses, and resumed with all their attempts`() async throws {
        try await withDatabase { connection in
            let deliveries = Deliveries(connection, .default)
            let mail = try await insert(connection, state: "parked")
            let call = try await insert(connection, state: "parked", webhook: 3)
            let sent = try await insert(connection, state: "sent")

            let listed = try await deliveries.list(.parked, limit: 50)
            #expect(listed.map(\.id) == [call, mail])
            #expect(listed.map(\.receiver) == ["webhook 3", "ana"])
            #expect(listed.first?.lastError == "the receiver answered 500")

            #expect(try await deliveries.resume(.ids([sent])) == 0)
            #expect(try await deliveries.resume(.webhook(3)) == 1)
            #expect(try await deliveries.resume(.all) == 1)
            let pending = try await deliveries.list(.pending, limit: 50)
            #expect(pending.map(\.id) == [call, mail])
            #expect(pending.allSatisfy { $0.attempts == 0 && $0.lastError == nil })
            let begun = try await connection.query("SELECT FROM notice.delivery WHERE begun AND state = 'pending'")
            #expect(begun.isEmpty)

            #expect(try await deliveries.park(.ids([mail, sent])) == 1)
            #expect(try await deliveries.list(.parked, limit: 50).map(\.lastError) == ["parked by an operator"])
        }
    }

    @Test func `another organisation's deliveries are not touched`() async throws {
        try await withDatabase { connection in
            _ = try await insert(connection, state: "parked")
            let other = Deliveries(connection, OrganizationID(rawValue: 2))
            #expect(try await other.list(.parked, limit: 50).isEmpty)
            #expect(try await other.resume(.all) == 0)
        }
    }

    @Test func `a webhook is registered, rotates its secret, comes back and goes`() async throws {
        try await withDatabase { connection in
            let webhooks = Webhooks(connection, .default)
            let first = WebhookKey()
            let id = try await webhooks.create(
                url: "https://x.example/", kinds: [.coachingDue, .gapClimbed], secret: first)
            let second = WebhookKey()
            #expect(try await webhooks.rotate(id, to: second))
            let third = WebhookKey()
            #expect(try await webhooks.rotate(id, to: third))
            let secrets = try await connection.query("SELECT secrets FROM notice.webhook").only().textArray(0)
            #expect(secrets == [third.text, second.text])

            _ = try await connection.execute("UPDATE notice.webhook SET disabled = now()")
            #expect(try await webhooks.list().map { $0.disabled == nil } == [false])
            #expect(try await webhooks.enable(id))
            let record = try #require(try await webhooks.list().first)
            #expect(record.disabled == nil)
            #expect(record.kinds == ["coaching_due", "gap_climbed"])

            #expect(try await webhooks.delete(id))
            #expect(try await webhooks.delete(id) == false)
            #expect(try await webhooks.rotate(id, to: first) == false)
        }
    }

    @Test func `a secret is new each time and long enough`() {
        let secrets = (0..<20).map { _ in WebhookKey().text }
        #expect(Set(secrets).count == 20)
        // "whsec_" and the base64 of 32 octets.
        #expect(secrets.allSatisfy { $0.hasPrefix("whsec_") && $0.count == 50 && $0.hasSuffix("=") })
    }

    @Test(arguments: ["ftp://x/", "x", "http://", "https://u:p@x/", "https://x/#f", "https://x/ y"])
    func `only web addresses can be registered`(url: String) {
        #expect(!WebhookCommand.Create.isWebAddress(url))
        #expect(WebhookCommand.Create.isWebAddress("https://x.example/hook?a=1"))
    }

    @Test func `exactly one choice of deliveries is wanted`() {
        #expect(throws: (any Error).self) { try DeliveryChoice.parse([]) }
        #expect(throws: (any Error).self) { try DeliveryChoice.parse(["--all", "--id", "1"]) }
        #expect(throws: Never.self) { try DeliveryChoice.parse(["--id", "1", "--id", "2"]) }
    }
}
