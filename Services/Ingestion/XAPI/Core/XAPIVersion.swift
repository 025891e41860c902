import HTTPTypes
import Models

/// The version that a request speaks, of its header `X-Experience-API-Version`.
///
/// Source: xAPI 1.0.3, part 3, section 3.3; IEEE 9274.1.1 (2.0).
struct XAPIVersion: Sendable {
    /// As the client says it; echoed.
    let text: String

    /// What is answered to those who say none.
    static let standard = "1.0.3"
    static let first = ["1.0.3", "1.0.2", "1.0.1", "1.0.0"]

    /// - Returns: `nil` where it is not 1.0, 1.0.x, 2.0 or 2.0.x.
    init?(_ text: String?) {
        guard let text else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard [2, 3].contains(parts.count), ["1", "2"].contains(parts[0]), parts[1] == "0" else { return nil }
        let isPatch = parts.dropFirst(2).allSatisfy { part in
            (1...4).contains(part.utf8.count) && part.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
        }
        guard isPatch else { return nil }
        self.text = text
    }

    var isSecond: Bool { text.hasPrefix("2") }

    /// What a statement without `version` gets.
    var ofStatements: String { isSecond ? "2.0.0" : "1.0.0" }

    /// What `/about` lists: clients of 1.0 (tincan) refuse an answer with a version that they don't know.
    static func known(to asking: XAPIVersion?) -> JSONValue {
        let versions = asking?.isSecond == false ? first : ["2.0.0"] + first
        return .array(versions.map { .string($0) })
    }
}

extension HTTPField.Name {
    /// The names are tokens.
    static let xapiVersion = HTTPField.Name("X-Experience-API-Version")
    static let xapiConsistentThrough = HTTPField.Name("X-Experience-API-Consistent-Through")
}
