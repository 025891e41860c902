import BigInt

/// Reads what ``ByteWriter`` writes. Everything is `nil` where the bytes end too early.
struct ByteReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    var isAtEnd: Bool { bytes.isEmpty }

    var remaining: Int { bytes.count }

    mutating func byte() -> UInt8? {
        bytes.popFirst()
    }

    mutating func unsigned() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            guard shift < 64 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    mutating func signed() -> Int? {
        guard let value = unsigned() else { return nil }
        return Int(bitPattern: UInt(value >> 1)) ^ -Int(value & 1)
    }

    mutating func integer() -> BigInt? {
        guard let header = unsigned(), header >> 1 <= UInt64(bytes.count) else { return nil }
        let length = Int(header >> 1)
        var magnitude: BigUInt = 0
        for byte in bytes.prefix(length) { magnitude = magnitude << 8 | BigUInt(byte) }
        bytes = bytes.dropFirst(length)
        return BigInt(sign: header & 1 == 1 ? .minus : .plus, magnitude: magnitude)
    }
}
