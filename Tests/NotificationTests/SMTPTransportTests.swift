import Models
import Notification
import Testing

@Suite(.timeLimit(.minutes(5))) struct SMTPTransportTests {
    private let octets = Array("Subject: x\r\n\r\n.first\r\n..second\r\nlast\r\n".utf8)

    private func send(port: Int) async throws -> Attempt {
        let transport = SMTPTransport(endpoint: try SMTPEndpoint(url: "smtp://127.0.0.1:\(port)"))
        return await transport.send(
            octets, from: try MailAddress("onus@example.com"), to: try MailAddress("ana@example.com"))
    }

    @Test func `a mail arrives octet for octet`() async throws {
        try await TestMailServer.run { server, port in
            let attempt1 = try await send(port: port)
            #expect(attempt1 == .delivered)
            let mail = try #require(server.mails.first)
            #expect(mail.octets == octets)
            #expect(mail.sender == "onus@example.com")
            #expect(mail.recipient == "ana@example.com")
            #expect(server.mails.count == 1)
        }
    }

    @Test func `a mailbox that doesn't exist is a refusal, a full one is not`() async throws {
        var behaviour = TestMailServer.Behaviour()
        behaviour.recipient = { _, attempt in attempt == 1 ? "550 5.1.1 <ana@example.com> unknown" : "452 4.2.2 full" }
        try await TestMailServer.run(behaviour) { _, port in
            let attempt2 = try await send(port: port)
            #expect(attempt2 == .refused(because: "the mail server answered 550 5.1.1"))
            let attempt3 = try await send(port: port)
            #expect(attempt3 == .failed(because: "the mail server answered 452 4.2.2", wait: nil))
        }
    }

    @Test func `a server that defers or refuses the data, or goes away, is told apart`() async throws {
        var behaviour = TestMailServer.Behaviour()
        behaviour.data = { attempt in attempt == 1 ? "451 4.3.0 later" : attempt == 2 ? "554 5.7.1 spam" : nil }
        try await TestMailServer.run(behaviour) { server, port in
            let attempt4 = try await send(port: port)
            #expect(attempt4 == .failed(because: "the mail server answered 451 4.3.0", wait: nil))
            let attempt5 = try await send(port: port)
            #expect(attempt5 == .refused(because: "the mail server answered 554 5.7.1"))
            guard case .unanswered = try await send(port: port) else {
                Issue.record("a connection that broke after the mail must be tried again, and finished")
                return
            }
            #expect(server.mails.count == 3)
        }
    }

    @Test func `no server is tried again`() async throws {
        let port = try await TestMailServer.run { _, port in port }
        guard case .failed(let reason, _) = try await send(port: port) else {
            Issue.record("expected a failure")
            return
        }
        #expect(reason.contains("connect"))
    }
}
