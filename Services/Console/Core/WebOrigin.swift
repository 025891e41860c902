/// Scheme, host and port of an address: what a browser calls an origin (RFC 6454).
struct WebOrigin: Hashable, Sendable {
    private let text: String

    /// - Parameter address: An `http` or `https` address, or a header's `Origin`: what stands behind the port is ignored.
    /// - Returns: `nil` for anything else, such as the `null` of a sandboxed page.
    init?(_ address: String) {
        let lowered = address.lowercased()
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where lowered.hasPrefix(scheme) {
            var authority = lowered.dropFirst(scheme.count).prefix { $0 != "/" }
            // Browsers leave the scheme's own port out.
            if authority.hasSuffix(port) { authority = authority.dropLast(port.count) }
            guard !authority.isEmpty else { return nil }
            text = scheme + authority
            return
        }
        return nil
    }

    /// Whether a request that names `authority` as its host was sent to this origin.
    func isOf(authority: String) -> Bool {
        self == WebOrigin((text.hasPrefix("https:") ? "https://" : "http://") + authority)
    }
}
