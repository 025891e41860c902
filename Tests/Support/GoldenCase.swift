import Foundation
package import Models

/// A case of `Tests/Golden`: events, and the rows they give on two days.
package struct GoldenCase: CustomStringConvertible, Sendable {
    package let name: String

    package static let all = ["tiny", "small", "medium", "large", "edges"].map(GoldenCase.init(name:))
    package static let days = ["2026-03-31", "2026-06-30"]

    package init(name: String) { self.name = name }

    package var description: String { name }

    package func events() throws -> [ValidatedEvent] {
        try Data(contentsOf: Self.folder.appending(path: "\(name).events.ndjson"))
            .split(separator: UInt8(ascii: "\n"))
            .map { line in try EventReader.read(JSONParser.parse(Array(line))) }
    }

    package func expected(on day: String) throws -> JSONValue {
        try JSONParser.parse(Array(Data(contentsOf: Self.folder.appending(path: "\(name).\(day).json"))))
    }

    package func expected(on day: Day) throws -> JSONValue { try expected(on: day.description) }

    /// Where two reports differ: keys and words exactly, numbers by more than 1e-9. `policyVersion`, which only what is stored
    /// may carry, is passed over.
    package static func differences(_ got: JSONValue, _ expected: JSONValue, at path: String = "") -> [String] {
        switch (got, expected) {
        case (.object(let left), .object(let right)):
            let names = Set(left.members.map(\.name)).union(right.members.map(\.name)).subtracting(["policyVersion"])
            return names.sorted().flatMap { name -> [String] in
                switch (left[name], right[name]) {
                case (let got?, let expected?): differences(got, expected, at: "\(path)/\(name)")
                case (nil, _?): ["\(path)/\(name) is missing"]
                default: ["\(path)/\(name) is too much"]
                }
            }
        case (.number(let left), .number(let right)):
            return abs(left.value - right.value) <= 1e-9 ? [] : ["\(path): \(left.value), expected \(right.value)"]
        default:
            return got == expected ? [] : ["\(path): \(got.serialized), expected \(expected.serialized)"]
        }
    }

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")
}
