/// Where a viewer wanted to go before they were asked to sign in: a path of this console, and never another site.
struct ReturnPath: Hashable, Sendable {
    /// Path and query, as a browser sends them.
    let text: String

    /// - Returns: `nil` for anything that a browser might take for an address elsewhere, and for the sign-in itself.
    init?(_ text: String?) {
        // Browsers read "//host" and "/\host" as another site, and drop tabs and line ends first.
        guard let text, text.utf8.count <= 2_000, text.hasPrefix("/"), !text.hasPrefix("//"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            !["/sign-in", "/sign-out"].contains(where: text.hasPrefix)
        else { return nil }
        self.text = text
    }

    /// The sign-in page that leads back here.
    var signIn: String { "/sign-in?return=" + Link.encode(text) }
}
