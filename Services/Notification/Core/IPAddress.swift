internal import Glibc

/// An IPv4 or IPv6 address as its octets.
package struct IPAddress: Hashable, Sendable {
    /// Four or sixteen.
    package let octets: [UInt8]

    /// - Parameter text: As `inet_ntop` writes it. An IPv4 address inside an IPv6 one (`::ffff:a.b.c.d`, and the
    ///   translated `64:ff9b::a.b.c.d`) is that IPv4 address: it is what answers.
    package init?(_ text: String) {
        var octets = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &octets) == 1 {
            self.octets = Array(octets.prefix(4))
        } else if inet_pton(AF_INET6, text, &octets) == 1 {
            let isInside = Self.wrappers.contains { octets.starts(with: $0) }
            self.octets = isInside ? Array(octets.suffix(4)) : octets
        } else {
            return nil
        }
    }

    private static let wrappers: [[UInt8]] = [
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF], [0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8),
    ]
}

/// A range of addresses in CIDR notation, such as `10.0.0.0/8`.
package struct IPNetwork: Hashable, Sendable {
    private let address: IPAddress
    private let length: Int

    /// - Returns: `nil` for anything that is no address with the length of a prefix.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let length = Int(parts[1]),
            (0...8 * address.octets.count).contains(length)
        else { return nil }
        self.address = address
        self.length = length
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.octets.count == address.octets.count else { return false }
        return zip(other.octets, address.octets).enumerated().allSatisfy { index, pair in
            let bits = min(8, max(0, length - 8 * index))
            return (pair.0 ^ pair.1) >> (8 - bits) == 0 || bits == 0
        }
    }
}
