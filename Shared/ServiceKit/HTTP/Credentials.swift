import Models

/// What an `Authorization` header carries: a token, and with Basic the user it is said to belong to.
package struct Credentials: Equatable {
    package let secret: String
    /// The token's name; `nil` for Bearer.
    let user: String?

    /// `nil` when there is no header, or it is neither `Bearer TOKEN` nor a readable `Basic`.
    package init?(_ header: String?) {
        guard let header else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let value = parts[1].drop { $0 == " " }
        switch parts[0].lowercased() {
        case "bearer":
            guard !value.isEmpty, !value.contains(" ") else { return nil }
            secret = String(value)
            user = nil
        case "basic":
            guard let bytes = Base64.decode(String(value)), let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            user = String(text[..<colon])
            secret = String(text[text.index(after: colon)...])
        default:
            return nil
        }
    }
}
