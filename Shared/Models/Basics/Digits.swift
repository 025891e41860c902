/// Decimal digits as bytes: no formatter, no locale.
enum Digits {
    /// The number that ASCII digits write; nil where a byte is no digit or there is none. At most 18 digits.
    static func value(of bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
        var value = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Writes `value`, which is not negative, with leading zeros up to `width`.
    static func write(_ value: Int, width: Int, into bytes: inout [UInt8]) {
        let text = String(value).utf8
        for _ in 0..<max(0, width - text.count) { bytes.append(UInt8(ascii: "0")) }
        bytes.append(contentsOf: text)
    }
}
