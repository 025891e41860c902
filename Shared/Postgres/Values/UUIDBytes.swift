/// The sixteen bytes of a `uuid`, ordered as PostgreSQL orders them: byte by byte.
package struct UUIDBytes: Hashable, Comparable, Sendable {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Returns: `nil` unless there are exactly sixteen bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in bytes.enumerated() {
            if position < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// Those that lie one behind the other.
    ///
    /// - Returns: `nil` unless the last of them is whole.
    package static func list(of bytes: [UInt8]) -> [UUIDBytes]? {
        guard bytes.count % 16 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 16).map { start in
            UUIDBytes(high: bytes.load(UInt64.self, at: start), low: bytes.load(UInt64.self, at: start + 8))
        }
    }

    /// Reads the 32 hexadecimal digits of the usual form, with or without hyphens.
    package init?(_ text: String) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        for scalar in text.utf8 where scalar != UInt8(ascii: "-") {
            guard digits < 32, let digit = Self.digit(scalar) else { return nil }
            if digits < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: high, low: low)
    }

    /// A random identifier (version 4, RFC 9562).
    package static func random(using generator: inout some RandomNumberGenerator) -> UUIDBytes {
        UUIDBytes(
            high: generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    package static func random() -> UUIDBytes {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    package var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 % 8))) }
    }

    package static func < (a: UUIDBytes, b: UUIDBytes) -> Bool {
        a.high == b.high ? a.low < b.low : a.high < b.high
    }

    private static func digit(_ scalar: UInt8) -> UInt64? {
        switch scalar {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(scalar - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(scalar - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(scalar - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension UUIDBytes: CustomStringConvertible {
    /// Lower case, with hyphens.
    package var description: String {
        var text = ""
        for (position, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(position) { text += "-" }
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
        return text
    }
}
