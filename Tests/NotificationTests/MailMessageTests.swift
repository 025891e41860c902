import Foundation
import Models
import Notification
import Testing

@Suite struct MailMessageTests {
    private let date = Instant(microseconds: 1_772_532_000_000_000)

    private func message(
        subject: String = "Coaching is due", text: String = "Hello\n", html: String = "<p>Hello</p>\n",
        name: String? = "Ana", unsubscribe: String? = "https://onus.example/unsubscribe/abc"
    ) throws -> MailMessage {
        MailMessage(
            from: try MailAddress("onus@example.com", name: "Onus"), to: try MailAddress("ana@example.com", name: name),
            subject: subject, text: text, html: html, messageID: "<onus.0a1b@example.com>", unsubscribe: unsubscribe)
    }

    private func lines(_ octets: [UInt8]) -> [[UInt8].SubSequence] {
        octets.split(separator: 0x0A, omittingEmptySubsequences: false)
    }

    @Test func `a mail has one of each header and plain text before HTML`() throws {
        let mail = MIMEReader(try message().octets(date: date))
        #expect(mail["From"] == "Onus <onus@example.com>")
        #expect(mail["To"] == "Ana <ana@example.com>")
        #expect(mail["Subject"] == "Coaching is due")
        #expect(mail["Date"] == "Tue, 03 Mar 2026 10:00:00 +0000")
        #expect(mail["Message-ID"] == "<onus.0a1b@example.com>")
        #expect(mail["Auto-Submitted"] == "auto-generated")
        #expect(mail["List-Unsubscribe"] == "<https://onus.example/unsubscribe/abc>")
        #expect(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
        #expect(mail["MIME-Version"] == "1.0")
        #expect(mail.headers.count == 10)
        #expect(mail.parts.map { $0["Content-Type"] } == ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
        #expect(mail.parts.map(\.text) == ["Hello\n", "<p>Hello</p>\n"])
    }

    @Test func `any text comes back as it was, with CRLF only and no line above 76 octets`() throws {
        let text =
            "Zoë = 100 % \t\n.\nFrom here  \n" + String(repeating: "däumling ", count: 60) + "\n"
            + String(repeating: "x", count: 400) + "\n=_onus_ --=_onus_\n\u{1F600}\n"
        let subject = "Zoë’s gap “Angebote schreiben” hat dich erreicht: " + String(repeating: "größer ", count: 20)
        let octets = try message(subject: subject, text: text, html: text, name: "Zoë \"Zo\" Müller").octets(date: date)
        for line in lines(octets).dropLast() {
            #expect(line.last == 0x0D)
            #expect(line.count <= 77)
            #expect(line.dropLast().allSatisfy { $0 != 0x0D })
        }
        #expect(octets.allSatisfy { $0 < 0x80 })
        let mail = MIMEReader(octets)
        #expect(mail.parts.map(\.text) == [text, text])
        #expect(MIMEReader.decoded(try #require(mail["Subject"])) == subject.trimmingSpaces)
        #expect(MIMEReader.decoded(try #require(mail["To"])) == "Zoë \"Zo\" Müller <ana@example.com>")
    }

    @Test(arguments: [
        "http://onus.example/unsubscribe/abc", "https://onus.example/" + String(repeating: "a", count: 900),
    ])
    func `mail programs are told of no way out that they can't take`(address: String) throws {
        let mail = MIMEReader(try message(unsubscribe: address).octets(date: date))
        #expect(mail["List-Unsubscribe"] == nil)
        #expect(mail["List-Unsubscribe-Post"] == nil)
    }

    @Test func `no text adds a header`() throws {
        let mail = MIMEReader(
            try message(subject: "a\r\nBcc: x@example.com", name: "b\r\nBcc: y@example.com").octets(date: date))
        #expect(mail["Bcc"] == nil)
        #expect(mail["Subject"] == "a Bcc: x@example.com")
        #expect(mail["To"] == "\"b Bcc: y@example.com\" <ana@example.com>")
    }

    @Test func `a name of up to 42 octets is one encoded word`() throws {
        let name = "Zoë “Zo” Müller-Ünal, jr. " + "üüüüx"
        let to = try MailAddress("a@example.com", name: name)
        #expect(to.headerValue(fieldName: "From").components(separatedBy: "=?UTF-8?B?").count == 2)
    }

    @Test func `a long address stands on a line of its own behind an encoded name`() throws {
        let address = String(repeating: "a", count: 40) + "@example.com"
        let to = try MailAddress(address, name: "Zoë Müller-Lüdenscheidt von und zu Großenkneten")
        let header = "To: " + to.headerValue(fieldName: "To")
        let lines = header.split(separator: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") })
        #expect(lines.last == " <\(address)>")
    }

    @Test func `an unsubscribe address that no header line can hold stays in the text`() throws {
        let long = "https://onus.example/unsubscribe/" + String(repeating: "x", count: 1000)
        let octets = try message(text: "Stop: \(long)\n", unsubscribe: long).octets(date: date)
        #expect(lines(octets).allSatisfy { $0.count <= 998 })
        #expect(MIMEReader(octets)["List-Unsubscribe"] == nil)
        #expect(MIMEReader(octets).parts[0].text.contains(long))
    }

    @Test func `a mail of a kind that can't be muted has no unsubscribe header`() throws {
        let mail = MIMEReader(try message(unsubscribe: nil).octets(date: date))
        #expect(mail.headers.count == 8)
    }

    @Test(arguments: [
        "", "ana", "@example.com", "ana@", "a b@example.com", "ana@example.com\r\nRCPT TO:<x>", "ana@exa>mple.com",
        "a@b@c", "zoë@example.com",
    ])
    func `what SMTP can't carry is no address`(text: String) {
        #expect(throws: InvalidValue.self) { try MailAddress(text) }
    }

    @Test func `a mailbox may have a name`() throws {
        #expect(try MailAddress(mailbox: "Onus <onus@example.com>") == MailAddress("onus@example.com", name: "Onus"))
        #expect(
            try MailAddress(mailbox: "\"Onus, EU\" <onus@example.com>")
                == MailAddress("onus@example.com", name: "Onus, EU"))
        #expect(try MailAddress(mailbox: "onus@example.com").name == nil)
        #expect(try MailAddress(mailbox: "onus@example.com").domain == "example.com")
    }

    @Test func `HTTP dates are read, other forms are not`() throws {
        #expect(
            MailDate.parseHTTP("Sun, 06 Nov 1994 08:49:37 GMT") == (try Instant(rfc3339: "1994-11-06T08:49:37Z")))
        #expect(MailDate.parseHTTP("Sunday, 06-Nov-94 08:49:37 GMT") == nil)
        #expect(MailDate.parseHTTP("Sun, 31 Feb 1994 08:49:37 GMT") == nil)
    }
}

extension String {
    fileprivate var trimmingSpaces: String { split(separator: " ").joined(separator: " ") }
}
