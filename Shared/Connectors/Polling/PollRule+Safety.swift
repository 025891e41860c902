import Models

extension PollRule {
    /// A credential would travel in the open.
    struct OpenAddress {
        /// Under `poll`, step by step.
        let member: [String]
        /// `http://host`, without what may stand behind it.
        let origin: String

        static let expected = "https, or an address of this machine, since credentials are sent there"
    }

    /// The addresses that are sent credentials without encryption, over a network.
    ///
    /// - Parameter settings: Those that are known; an address whose host hangs on another is not judged.
    func openAddresses(settings: [String: String]) -> [OpenAddress] {
        var addresses: [(member: [String], url: URLTemplate)] = []
        if hasCredentials { addresses.append((["url"], url)) }
        // The client's secret.
        if let token { addresses.append((["token", "url"], token.url)) }
        return addresses.compactMap { member, url in
            guard let origin = url.origin(knowing: settings), !WebLocation.isConfidential(origin) else { return nil }
            return OpenAddress(member: member, origin: origin)
        }
    }

    private var hasCredentials: Bool {
        token != nil
            || headers.contains { header in
                header.name.lowercased() == "authorization"
                    || header.value.names.contains { ["secret", "secret64", "token"].contains($0) }
            }
    }
}

extension URLTemplate {
    /// `http://host` as far as these values tell it; nil where they don't, or it is no address of http.
    fileprivate func origin(knowing values: [String: String]) -> String? {
        // No host has a brace in it.
        let unknown = "{"
        let known = Dictionary(uniqueKeysWithValues: Set(names).map { ($0, values[$0] ?? unknown) })
        let url = filled(known) { $0 == unknown ? unknown : PercentEncoding.encode($0) }
        guard let origin = WebLocation.origin(of: url), !origin.contains(unknown) else { return nil }
        return String(origin)
    }
}
