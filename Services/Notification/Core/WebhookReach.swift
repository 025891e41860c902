package import Models

/// Which addresses webhooks may call: the public ones, and what the operator adds.
///
/// Pure. Whoever registers a receiver could otherwise have this service call what only it can reach: a cloud's metadata,
/// or a neighbour's administration.
package struct WebhookReach: Hashable, Sendable {
    /// What is called beside public addresses.
    private let added: [IPNetwork]

    /// - Parameter text: Networks in CIDR notation with commas between them, or `none`.
    package init(_ text: String) throws(InvalidValue) {
        var added: [IPNetwork] = []
        for part in text == "none" ? [] : text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = part.drop { $0 == " " }.prefix { $0 != " " }
            guard let network = IPNetwork(String(word)) else {
                throw InvalidValue(
                    field: "ONUS_WEBHOOK_NETWORKS", expected: "networks such as 10.0.0.0/8,fd00::/8, or none",
                    got: "\"\(word)\"")
            }
            added.append(network)
        }
        self.added = added
    }

    /// - Parameter address: Where a call would really go: what a name was resolved to.
    package func mayCall(_ address: IPAddress) -> Bool {
        added.contains { $0.contains(address) } || Self.isPublic(address)
    }

    /// Source: the IANA registries of special-purpose addresses (RFC 6890).
    private static func isPublic(_ address: IPAddress) -> Bool {
        let reserved = address.octets.count == 4 ? reservedIPv4 : reservedIPv6
        // Of IPv6 only 2000::/3 is given out.
        return (address.octets.count == 4 || address.octets[0] >> 5 == 1) && !reserved.contains { $0.contains(address) }
    }

    private static let reservedIPv4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/3",
    ].compactMap(IPNetwork.init)

    /// Tunnels that wrap IPv4 addresses, and those of documentation.
    private static let reservedIPv6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]
        .compactMap(IPNetwork.init)
}
