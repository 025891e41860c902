package import Models

/// One mail as it goes over the wire: plain text first, then the same as HTML.
///
/// Only CRLF line ends, no line above 76 octets save a long address, nothing loaded from elsewhere.
/// Sources: RFC 5322, RFC 2045–2047, RFC 3834 (`Auto-Submitted`), RFC 8058 (one-click unsubscribing).
package struct MailMessage: Hashable, Sendable {
    package let from: MailAddress
    package let to: MailAddress
    package let subject: String
    package let text: String
    package let html: String
    /// `<left@right>`; the same on every attempt, by which the receiver recognises a repetition.
    package let messageID: String
    /// The address whose POST stops mail of this kind; mail programs are told of an https one alone.
    package let unsubscribe: String?

    package init(
        from: MailAddress, to: MailAddress, subject: String, text: String, html: String, messageID: String,
        unsubscribe: String?
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.messageID = messageID
        self.unsubscribe = unsubscribe
    }

    /// - Parameter date: When it is sent.
    package func octets(date: Instant) -> [UInt8] {
        // "=_" cannot occur in quoted-printable text, so the boundary cannot occur in a part.
        let boundary = "=_onus_" + String(messageID.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(40))
        var headers = [
            "From: \(from.headerValue(fieldName: "From"))",
            "To: \(to.headerValue(fieldName: "To"))",
            "Subject: \(HeaderText.unstructured(subject, fieldName: "Subject"))",
            "Date: \(MailDate.header(date))",
            "Message-ID: \(messageID)",
            "Auto-Submitted: auto-generated",
        ]
        // A header's line ends after 998 octets (RFC 5322, section 2.1.1), and one click needs https (RFC 8058, section
        // 3.1); the text has the address in any case.
        if let unsubscribe, unsubscribe.lowercased().hasPrefix("https:"), unsubscribe.utf8.count <= 900 {
            headers += [
                "List-Unsubscribe: <\(unsubscribe)>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            ]
        }
        headers += ["MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=\"\(boundary)\""]
        var output = Array((headers.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        for (type, body) in [("text/plain", text), ("text/html", html)] {
            output += Array("--\(boundary)\r\n".utf8)
            output += Array("Content-Type: \(type); charset=utf-8\r\n".utf8)
            output += Array("Content-Transfer-Encoding: quoted-printable\r\n\r\n".utf8)
            output += QuotedPrintable.encode(body)
            output += Array("\r\n".utf8)
        }
        return output + Array("--\(boundary)--\r\n".utf8)
    }
}
