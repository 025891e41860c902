import Models
import Notification
import Testing

@Suite struct SMTPOutcomeTests {
    private func attempt(
        _ reply: Int, _ line: String = "", finished: Bool = false, begun: Bool = false
    ) -> Attempt {
        SMTPOutcome.attempt(
            finished: finished, reply: reply, line: line, begun: begun, trouble: "Could not connect")
    }

    @Test func `4xx and a lost connection are tried again, 5xx is not`() {
        #expect(attempt(250, finished: true) == .delivered)
        #expect(attempt(451) == .failed(because: "the mail server answered 451", wait: nil))
        #expect(attempt(550) == .refused(because: "the mail server answered 550"))
        #expect(attempt(0) == .failed(because: "Could not connect", wait: nil))
    }

    @Test func `a connection that broke while the mail was handed over leaves it unknown, a reply does not`() {
        #expect(attempt(354, begun: true) == .unanswered(because: "Could not connect"))
        #expect(attempt(354) == .failed(because: "Could not connect", wait: nil))
        #expect(attempt(451, begun: true) == .failed(because: "the mail server answered 451", wait: nil))
        #expect(attempt(554, begun: true) == .refused(because: "the mail server answered 554"))
        #expect(attempt(250, finished: true, begun: true) == .delivered)
    }

    @Test func `wrong credentials are ours to put right, not the mail's fault`() {
        for reply in [530, 534, 535, 538] {
            guard case .failed = attempt(reply) else {
                Issue.record("\(reply) parks every mail")
                continue
            }
        }
    }

    @Test func `the reason holds the status and never the address that servers repeat`() {
        #expect(
            attempt(550, "550 5.1.1 <ana@example.com>: no such mailbox")
                == .refused(because: "the mail server answered 550 5.1.1"))
        #expect(attempt(550, "550-5.7.26 long\r\n") == .refused(because: "the mail server answered 550 5.7.26"))
        #expect(attempt(550, "550 ana@example.com unknown") == .refused(because: "the mail server answered 550"))
    }

    @Test func `a mail server is named by URL, and a password needs encryption`() throws {
        #expect(try SMTPEndpoint(url: "smtp://127.0.0.1:2525").security == .opportunistic)
        #expect(try SMTPEndpoint(url: "smtp://mail.example.com").port == 25)
        #expect(try SMTPEndpoint(url: "smtp+starttls://mail.example.com").port == 587)
        #expect(try SMTPEndpoint(url: "smtps://mail.example.com").port == 465)
        let secured = try SMTPEndpoint(url: "smtp://ana%40example.com:p%3Aw@mail.example.com:2525")
        #expect(secured.security == .required)
        #expect(secured.credentials?.user == "ana@example.com")
        #expect(secured.credentials?.password == "p:w")
        #expect(!"\(secured)".contains("p:w"))
        #expect(try SMTPEndpoint(url: "smtp://u:p@localhost:2525").security == .opportunistic)
    }

    @Test(arguments: [
        "", "mail.example.com", "http://x", "smtp://", "smtp://u@x", "smtp://x:99999", "smtp://x/path?q=1",
    ])
    func `anything else is refused without being repeated`(url: String) {
        #expect {
            try SMTPEndpoint(url: url)
        } throws: { error in
            (error as? InvalidValue)?.field == "ONUS_SMTP_URL" && (url.isEmpty || !"\(error)".contains("\(url)x"))
        }
    }
}
