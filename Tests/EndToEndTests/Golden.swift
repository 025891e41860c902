import Foundation
import Models

/// The golden cases, which lie beside the tests.
enum Golden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Golden")

    /// The lines of a case's events.
    static func lines(_ name: String) throws -> [String] {
        try String(contentsOf: folder.appendingPathComponent("\(name).events.ndjson"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    /// The expected scores of a case on a day.
    static func scores(_ name: String, _ day: String) throws -> JSONValue {
        try parse(String(contentsOf: folder.appendingPathComponent("\(name).\(day).json"), encoding: .utf8))
    }

    static func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    /// Where `actual` is not what `expected` says: numbers to 1e-9, all else exactly. The top level and each manager
    /// may have more members.
    static func differences(_ expected: JSONValue, _ actual: JSONValue?, _ path: String = "") -> [String] {
        guard let actual else { return ["\(path): missing"] }
        if let object = expected.object {
            guard let other = actual.object else { return ["\(path): not an object"] }
            let level = path.split(separator: "/").count
            let mayHaveMore = level == 0 || (level == 2 && path.hasPrefix("/managers/"))
            var found: [String] = []
            if !mayHaveMore {
                let known = Set(object.members.map { Array($0.name.utf8) })
                found += other.members.filter { !known.contains(Array($0.name.utf8)) }.map {
                    "\(path)/\($0.name): not expected"
                }
            }
            return found + object.members.flatMap { differences($0.value, other[$0.name], "\(path)/\($0.name)") }
        }
        if let number = expected.double {
            guard let other = actual.double, abs(number - other) <= 1e-9 else {
                return ["\(path): expected \(number), got \(actual.serialized)"]
            }
            return []
        }
        return expected == actual ? [] : ["\(path): expected \(expected.serialized), got \(actual.serialized)"]
    }
}
