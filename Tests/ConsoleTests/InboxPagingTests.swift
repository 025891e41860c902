import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Support
import Testing

@testable import Console

@Suite struct InboxPagingTests {
    @Test func `the JSON's pages follow one another and leave nothing out`() async throws {
        try await ConsoleUnderTest.run { browser, database in
            // Deliveries written in another order than the notices: the numbers of the two have nothing to do with
            // each other.
            try await database.pool.withConnection {
                try await $0.script(
                    """
                    INSERT INTO notice.notice (organization_id, digest, key, kind, recipient, recipient_role, day, person, reason, evidence, next_step, link)
                    SELECT 1, gen_random_uuid(), 'k' || n, 'coaching_due', 'pat', 'manager', '2026-03-01', 'pat', 'r', '[]', 'n', '/inbox'
                    FROM generate_series(1, 120) AS n;
                    INSERT INTO notice.delivery (organization_id, notice_id, kind, channel, recipient, state, day, due)
                    SELECT 1, id, kind, 'inbox', 'pat', 'sent', day, now() FROM notice.notice
                    WHERE recipient = 'pat' ORDER BY id DESC;
                    """)
            }
            let pat = try await browser.signedIn(as: "pat", "employee")
            var path: String? = "/api/v1/inbox"
            var seen: [Int] = []
            while let next = path, seen.count < 500 {
                let answer = try JSONParser.parse(String(buffer: try await pat.get(next).body))
                seen += answer["notices"]?.array?.compactMap { $0["id"]?.int } ?? []
                path = answer["next"]?.string
            }
            #expect(seen == seen.sorted())
            #expect(seen.count == 120)
            #expect(Set(seen).count == 120)
            #expect(try await pat.get("/api/v1/inbox?before=yesterday").status == .unprocessableContent)
        }
    }
}
