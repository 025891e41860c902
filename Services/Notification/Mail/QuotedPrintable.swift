/// The quoted-printable transfer encoding of text (RFC 2045, section 6.7): lines of at most 76 octets, CRLF.
package enum QuotedPrintable {
    /// - Parameter text: With `\n` or `\r\n` line ends; a lone `\r` counts as one too.
    package static func encode(_ text: String) -> [UInt8] {
        let unified = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        var output: [UInt8] = []
        output.reserveCapacity(unified.utf8.count * 5 / 4)
        for (number, line) in unified.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            if number > 0 { output += crlf }
            encode(line: Array(line), into: &output)
        }
        return output
    }

    private static func encode(line: [UInt8], into output: inout [UInt8]) {
        var column = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let escaped = mustEscape(byte, endsLine: isLast)
            let width = escaped ? 3 : 1
            // A soft break needs one column for its "=".
            if column + width > (isLast ? 76 : 75) {
                output.append(UInt8(ascii: "="))
                output += crlf
                column = 0
            }
            if escaped {
                output += [UInt8(ascii: "="), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            } else {
                output.append(byte)
            }
            column += width
        }
    }

    private static func mustEscape(_ byte: UInt8, endsLine: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): true
        case 0x20, 0x09: endsLine
        case 0x21...0x7E: false
        default: true
        }
    }

    private static let crlf = Array("\r\n".utf8)
    private static let hex = Array("0123456789ABCDEF".utf8)
}
