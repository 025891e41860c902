package import Models

/// An address that plain SMTP can carry, with the name shown beside it.
package struct MailAddress: Hashable, Sendable {
    /// `local@domain` in ASCII, without comments, quotes or spaces: those belong to no address we were ever sent.
    package let address: String
    package let name: String?

    /// - Throws: ``InvalidValue`` where `address` is not `local@domain`, or holds anything beyond printable ASCII,
    ///   which a server without SMTPUTF8 refuses, or a character that could end the header or the command.
    package init(_ address: String, name: String? = nil) throws(InvalidValue) {
        let bytes = Array(address.utf8)
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard bytes.count <= 254, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && !Self.forbidden.contains($0) })
        else {
            throw InvalidValue(
                field: "e-mail address", expected: "local@domain in printable ASCII, at most 254 octets",
                got: "something else")
        }
        self.address = address
        self.name = name
    }

    /// - Parameter mailbox: `Name <local@domain>` or `local@domain`.
    package init(mailbox: String) throws(InvalidValue) {
        guard let open = mailbox.lastIndex(of: "<"), mailbox.last == ">" else {
            try self.init(mailbox)
            return
        }
        let name = mailbox[..<open].split(separator: " ").joined(separator: " ")
        let bare =
            name.count >= 2 && name.first == "\"" && name.last == "\"" ? String(name.dropFirst().dropLast()) : name
        try self.init(
            String(mailbox[mailbox.index(after: open)...].dropLast()), name: bare.isEmpty ? nil : bare)
    }

    package var domain: String {
        String(address[address.index(after: address.firstIndex(of: "@") ?? address.startIndex)...])
    }

    /// As it stands in a header: `=?UTF-8?B?…?= <local@domain>`, the address on a line of its own where the first
    /// would grow too long (RFC 2047, section 2: 76 octets with an encoded word).
    package func headerValue(fieldName: String) -> String {
        let phrase = name.map { HeaderText.phrase($0, fieldName: fieldName) } ?? ""
        guard !phrase.isEmpty else { return address }
        let lastLine = phrase.replacing("\r\n", with: "\n").split(separator: "\n").last ?? ""
        let isLong = fieldName.utf8.count + 2 + lastLine.utf8.count + 3 + address.utf8.count > 76
        return phrase + (isLong ? "\r\n" : "") + " <\(address)>"
    }

    private static let forbidden = Set("<>()[]\\,;:\"".utf8)
}
