import Foundation

/// Reads mails back, written apart from the writer so that the two can disagree.
struct MIMEReader {
    let headers: [(name: String, value: String)]
    let body: String

    init(_ octets: [UInt8]) {
        self.init(String(decoding: octets, as: UTF8.self))
    }

    init(_ raw: String) {
        let cut = raw.range(of: "\r\n\r\n")
        let head = raw[..<(cut?.lowerBound ?? raw.endIndex)]
        body = cut.map { String(raw[$0.upperBound...]) } ?? ""
        var headers: [(String, String)] = []
        for line in head.components(separatedBy: "\r\n") {
            if line.first == " " || line.first == "\t", let last = headers.popLast() {
                headers.append((last.0, last.1 + line))
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                headers.append((String(line[..<colon]), value))
            }
        }
        self.headers = headers.map { (name: $0.0, value: $0.1) }
    }

    subscript(name: String) -> String? {
        let found = headers.filter { $0.name.lowercased() == name.lowercased() }
        return found.count == 1 ? found[0].value : nil
    }

    /// The parts of a multipart body.
    var parts: [MIMEReader] {
        guard let type = self["Content-Type"], let start = type.range(of: "boundary=\"") else { return [] }
        let boundary = "--" + type[start.upperBound...].prefix { $0 != "\"" }
        let pieces = body.components(separatedBy: boundary)
        guard pieces.last?.hasPrefix("--") == true else { return [] }
        return pieces.dropFirst().dropLast().map { piece in
            MIMEReader(String(piece.dropFirst(1).dropLast(1)))  // "\r\n" is one character
        }
    }

    /// The text behind the quoted-printable encoding.
    var text: String {
        var bytes: [UInt8] = []
        var rest = Array(body.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            let pair = String(decoding: rest.prefix(2), as: UTF8.self)
            rest = rest.dropFirst(2)
            if let value = UInt8(pair, radix: 16) { bytes.append(value) }
        }
        return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }

    /// A header's value with its encoded words decoded.
    static func decoded(_ value: String) -> String {
        var output: [UInt8] = []
        var rest = value[...]
        while let start = rest.range(of: "=?UTF-8?B?"), let end = rest[start.upperBound...].range(of: "?=") {
            let between = rest[..<start.lowerBound]
            // White space between two encoded words is not part of the text.
            if !(between.allSatisfy(\.isWhitespace) && !output.isEmpty) { output += Array(between.utf8) }
            output += Array(Data(base64Encoded: String(rest[start.upperBound..<end.lowerBound])) ?? Data())
            rest = rest[end.upperBound...]
        }
        return String(decoding: output, as: UTF8.self) + rest
    }
}
