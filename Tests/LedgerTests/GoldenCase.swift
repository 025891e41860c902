import Foundation
import Models
import Testing

/// A case of `Tests/Golden`: events, and the rows they give on two days.
struct GoldenCase: CustomTestStringConvertible, Sendable {
    let name: String

    static let days = ["2026-03-31", "2026-06-30"]

    var testDescription: String { name }

    func events() throws -> [ValidatedEvent] {
        try Data(contentsOf: Self.folder.appending(path: "\(name).events.ndjson"))
            .split(separator: UInt8(ascii: "\n"))
            .map { line in try EventReader.read(JSONParser.parse(Array(line))) }
    }

    func expected(on day: Day) throws -> JSONValue {
        try JSONParser.parse(Array(Data(contentsOf: Self.folder.appending(path: "\(name).\(day).json"))))
    }

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")
}

/// Where two reports differ: keys and words exactly, numbers by more than 1e-9. Members that only the contract's
/// report may carry are passed over.
func differences(_ got: JSONValue, _ expected: JSONValue, at path: String = "") -> [String] {
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

/// A generator of random numbers that gives the same ones for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
