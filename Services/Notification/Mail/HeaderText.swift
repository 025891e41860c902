internal import Models

/// Text in mail headers: ASCII as it is, everything else in encoded words (RFC 2047), no line above 76 octets.
package enum HeaderText {
    /// A header's free text, such as a subject, folded for a line that begins with `fieldName` and a colon.
    package static func unstructured(_ text: String, fieldName: String) -> String {
        let clean = cleaned(text)
        let fits = fieldName.utf8.count + 2 + clean.utf8.count <= 76
        // "=?" would be read as the start of an encoded word.
        if fits, isPlain(clean), !clean.contains("=?") { return clean }
        return encodedWords(clean, firstLineTaken: fieldName.utf8.count + 2)
    }

    /// A display name for a line that begins with `fieldName` and a colon: atoms as they are, other ASCII quoted, the
    /// rest encoded. A name of up to 42 octets is one encoded word: some readers show the break between two as a space.
    package static func phrase(_ text: String, fieldName: String) -> String {
        let clean = cleaned(text)
        if !isPlain(clean) || clean.contains("=?") || clean.utf8.count > 60 {
            return encodedWords(clean, firstLineTaken: fieldName.utf8.count + 2)
        }
        if clean.utf8.allSatisfy({ isAtom($0) || $0 == 0x20 }) { return clean }
        let escaped = clean.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }

    /// Line ends and other control characters become spaces: nobody's name may add a header.
    private static func cleaned(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl =
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029
            scalars.append(isControl ? " " : scalar)
        }
        return String(scalars).split(separator: " ").joined(separator: " ")
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    /// Each word at most 75 octets and whole characters only, one a line.
    private static func encodedWords(_ text: String, firstLineTaken: Int) -> String {
        let overhead = "=?UTF-8?B??=".utf8.count
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            let room = words.isEmpty ? 75 - firstLineTaken : 75
            if (chunk.count + bytes.count + 2) / 3 * 4 + overhead > room, !chunk.isEmpty {
                words.append("=?UTF-8?B?\(Base64.encode(chunk))?=")
                chunk.removeAll()
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append("=?UTF-8?B?\(Base64.encode(chunk))?=") }
        return words.joined(separator: "\r\n ")
    }
}
