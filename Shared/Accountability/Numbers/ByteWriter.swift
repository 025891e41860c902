import BigInt

/// Writes integers in as few bytes as they need.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// Seven bits a byte, the lowest first; the high bit says that more follow.
    mutating func append(unsigned value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Zigzag, so that small negative numbers are short too.
    mutating func append(signed value: Int) {
        append(unsigned: UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
    }

    /// The magnitude's bytes, greatest first, after twice their number plus one for a negative sign.
    mutating func append(_ value: BigInt) {
        var magnitude: [UInt8] = []
        var rest = value.magnitude
        while !rest.isZero {
            magnitude.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        append(unsigned: UInt64(magnitude.count) << 1 | (value.sign == .minus ? 1 : 0))
        bytes.append(contentsOf: magnitude.reversed())
    }
}
