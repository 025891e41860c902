/// Finds bytes eight at a time.
package enum ByteSearch {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Where `byte` first stands at or behind `start`; nil where it doesn't.
    package static func first(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index + 8 <= bytes.count {
            let found = places(of: byte, in: word(of: bytes, at: index)) & highs
            if found != 0 { return index + place(of: found) }
            index += 8
        }
        while index < bytes.count {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// Where, at or behind `start`, the next byte lies that is no plain character of a JSON string: a quote, a backslash,
    /// a control character, or one that is not ASCII. The end where there is none.
    static func endOfPlainText(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = word(of: bytes, at: index)
            let found =
                (word | (word &- ones &* 0x20) | places(of: UInt8(ascii: "\""), in: word)
                    | places(of: UInt8(ascii: "\\"), in: word)) & highs
            if found != 0 { return index + place(of: found) }
            index += 8
        }
        while index < bytes.count {
            switch bytes[index] {
            case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x80...: return index
            default: index += 1
            }
        }
        return index
    }

    /// Eight bytes, the first one lowest.
    private static func word(of bytes: UnsafeRawBufferPointer, at index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The high bit of each byte of `word` that is `byte`: there the subtraction borrows. It may be set in others too, but
    /// in an ASCII byte only above one that borrowed, so that the lowest bit that is set is right.
    private static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference
    }

    private static func place(of found: UInt64) -> Int { found.trailingZeroBitCount / 8 }
}
