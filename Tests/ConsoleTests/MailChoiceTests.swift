import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Support
import Testing

@testable import Console

@Suite struct MailChoiceTests {
    private func ticked(_ page: TestResponse) -> Set<String> {
        let boxes = String(buffer: page.body).split(separator: #"<input type="checkbox" name=""#).dropFirst()
        let named = boxes.map { box in (name: box.prefix { $0 != "\"" }, rest: box.drop { $0 != "\"" }) }
        return Set(named.filter { $0.rest.hasPrefix(#"" checked>"#) }.map { String($0.name) })
    }

    @Test func `who unsubscribed by mail takes it again in the inbox, and their quiet hours stay`() async throws {
        try await ConsoleUnderTest.run { browser, database in
            try await database.pool.withConnection {
                try await $0.script(
                    """
                    INSERT INTO notice.preference (organization_id, person, email, quiet_from_minute)
                    VALUES (1, 'mia', false, 60), (1, 'pat', false, 60);
                    INSERT INTO notice.mute (organization_id, person, kind)
                    VALUES (1, 'mia', 'coaching_due'), (1, 'mia', 'kind_of_tomorrow'), (1, 'pat', 'coaching_due');
                    """)
            }
            func chosen(_ person: String) async throws -> String {
                try await database.pool.query(
                    """
                    SELECT concat_ws(' ', email, quiet_from_minute,
                        (SELECT string_agg(kind, ' ' ORDER BY kind) FROM notice.mute AS m WHERE m.person = p.person))
                    FROM notice.preference AS p WHERE person = $1
                    """, [.text(person)]
                ).only().text(0)
            }
            let mia = try await browser.signedIn(as: "mia", "manager")
            let kinds = NoticeKind.allCases.filter(\.canBeMuted).map { "kind.\($0.rawValue)" }
            #expect(ticked(try await mia.get("/inbox")) == Set(kinds).subtracting(["kind.coaching_due"]))

            let answer = try await mia.post("/inbox/mail", "mail=on&kind.coaching_due=on&kind.gap_climbed=on")
            #expect(answer.headers[.location] == "/inbox?mail=saved#mail")
            #expect(ticked(try await mia.get("/inbox")) == ["mail", "kind.coaching_due", "kind.gap_climbed"])
            #expect(
                try await chosen("mia")
                    == "t 60 action_due action_overdue clarity_missing followup_due kind_of_tomorrow programme_unlinked "
                    + "request_returned score_outsourced surrogate_coaching weekly_digest")
            _ = try await mia.post("/inbox/mail", kinds.map { "\($0)=on" }.joined(separator: "&"))
            #expect(try await chosen("mia") == "f 60 kind_of_tomorrow")
            #expect(try await chosen("pat") == "f 60 coaching_due", "nobody else's")

            // Who never chose anything.
            let boss = try await browser.signedIn(as: "boss", "manager")
            #expect(ticked(try await boss.get("/inbox")) == Set(kinds + ["mail"]))
            let foreign = try await boss.post("/inbox/mail", "", [.origin: "https://elsewhere.example"])
            #expect(foreign.status == .forbidden)
            #expect(ticked(try await boss.get("/inbox")) == Set(kinds + ["mail"]))
            _ = try await boss.post("/inbox/mail", "mail=on&" + kinds.map { "\($0)=on" }.joined(separator: "&"))
            #expect(try await chosen("boss") == "t 1080")
        }
    }
}
