import Models
import Notification
import Testing

@Suite struct NoticeMailTests {
    private func notice(reason: String, evidence: Int = 1) -> DueNotice {
        DueNotice(
            id: 5, kind: .gapClimbed, addressee: PersonID(unchecked: "ana"), person: PersonID(unchecked: "p-7"),
            day: Day(number: 20_000), created: Instant(microseconds: 0), reason: reason,
            evidence: (0..<evidence).map { EventIdentity(source: "crm", id: "<e\($0)>") },
            nextStep: "Talk to \"Bo\" & listen", link: "/gaps/g-1")
    }

    @Test func `reason, next step, link, evidence and the way out are in both parts`() {
        let mail = NoticeMail(
            notice: notice(reason: "Open for 90 days."), subjectName: "Zoë", link: "https://onus.example/gaps/g-1",
            unsubscribe: "https://onus.example/unsubscribe/t")
        #expect(mail.subject == "A gap has reached you: Zoë")
        for part in [mail.text, mail.html] {
            #expect(part.contains("Open for 90 days."))
            #expect(part.contains("https://onus.example/gaps/g-1"))
            #expect(part.contains("https://onus.example/unsubscribe/t"))
            #expect(part.contains("from crm"))
        }
        #expect(mail.text.contains("Talk to \"Bo\" & listen"))
    }

    @Test func `HTML is escaped and loads nothing`() {
        let mail = NoticeMail(
            notice: notice(reason: "<script>alert(1)</script><img src='http://x/'>"), subjectName: "<b>",
            link: "https://o/",
            unsubscribe: nil)
        #expect(mail.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=&#39;http://x/&#39;&gt;"))
        #expect(mail.html.contains("Talk to &quot;Bo&quot; &amp; listen"))
        #expect(mail.html.contains("&lt;e0&gt;"))
        #expect(!mail.html.contains("<script") && !mail.html.contains("<img") && !mail.html.contains("<b>"))
    }

    @Test func `a long list of evidence is cut, and says so`() {
        let mail = NoticeMail(notice: notice(reason: "x", evidence: 25), subjectName: nil, link: "/", unsubscribe: nil)
        #expect(mail.text.contains("- 15 more, shown in Onus"))
        #expect(mail.subject == "A gap has reached you: p-7")
    }

    @Test func `a link is a path of ours or none`() throws {
        let base = try WebAddress("https://onus.example/", field: "x")
        #expect(base.appending(path: "/gaps/g 1") == "https://onus.example/gaps/g%201")
        #expect(base.appending(path: "//evil.example/") == "https://onus.example/")
        #expect(base.appending(path: "javascript:alert(1)") == "https://onus.example/")
        for text in ["ftp://x/", "file:///etc/passwd", "https://", "https://u:p@x/", "x", "https://x/ y"] {
            #expect(throws: InvalidValue.self) { try WebAddress(text, field: "x") }
        }
    }
}
