/// What an error report of the server begins with, wherever in its stream of messages it stands.
///
/// `E`, four bytes of length, then the fields `S` (severity, translated) and `V` (severity as it is). No other message
/// can hold this: the texts of notices and notifications have no zero byte within, and the length of a report that is
/// shorter than 16 MiB begins with one.
///
/// Source: PostgreSQL documentation, "Message Formats", ErrorResponse.
enum ErrorMark {
    private static let severities = ["ERROR", "FATAL", "PANIC"].map { Array("V\($0)\0".utf8) }

    static func isIn(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.indices.contains { index in
            guard bytes[index] == UInt8(ascii: "E"), index + 5 < bytes.endIndex, bytes[index + 1] == 0,
                bytes[index + 5] == UInt8(ascii: "S"), let end = bytes[(index + 5)...].firstIndex(of: 0)
            else { return false }
            return severities.contains { bytes[(end + 1)...].starts(with: $0) }
        }
    }
}
