/// How mail goes out, where a mail server is configured.
package struct MailSettings: Sendable {
    package let transport: SMTPTransport
    package let from: MailAddress

    package init(transport: SMTPTransport, from: MailAddress) {
        self.transport = transport
        self.from = from
    }
}
