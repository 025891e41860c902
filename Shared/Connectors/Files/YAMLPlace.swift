import Models
internal import Yams

/// A value in a YAML file that knows where it stands.
struct YAMLPlace {
    let node: Node
    let path: String
    /// Of the value, or of its key where the value has no place of its own.
    let line: Int
    private let faults: FaultList

    init(_ node: Node, path: String, line: Int, faults: FaultList) {
        self.node = node
        self.path = path
        self.line = node.mark?.line ?? line
        self.faults = faults
    }

    func fault(_ detail: String) {
        faults.add(line: line, path: path, detail)
    }

    /// What reading something else of this place throws, as a fault.
    func checked<Value>(_ read: () throws(InvalidValue) -> Value) -> Value? {
        do throws(InvalidValue) {
            return try read()
        } catch {
            fault("expected \(error.expected), got \(error.got)")
            return nil
        }
    }

    var isMapping: Bool { if case .mapping = node { true } else { false } }
    var isList: Bool { if case .sequence = node { true } else { false } }
    /// Nil for mappings and lists.
    var scalarText: String? { if case .scalar(let scalar) = node { scalar.string } else { nil } }

    func hasMember(_ name: String) -> Bool {
        if case .mapping(let mapping) = node { mapping[Node(name)] != nil } else { false }
    }

    /// The text of a scalar.
    var text: String? {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            fault("expected a text")
            return nil
        }
        return scalar.string
    }

    func integer(in range: ClosedRange<Int>) -> Int? {
        guard case .scalar(let scalar) = node, let value = Int(scalar.string), range.contains(value) else {
            fault("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// Seconds.
    func span(atLeast least: Int) -> Int? {
        guard case .scalar(let scalar) = node, let seconds = TimeSpan(scalar.string)?.seconds, seconds >= least else {
            fault("expected a span of time such as 90s, 15m, 6h or 30d, at least \(least)s")
            return nil
        }
        return seconds
    }

    func choice<Choice: CaseIterable & RawRepresentable>(_ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard case .scalar(let scalar) = node, let choice = Choice(rawValue: scalar.string) else {
            fault("expected one of \(type.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return choice
    }

    /// A scalar as JSON: in quotes a text, else as YAML 1.2's core schema has it (no `yes`, no dates).
    var constant: JSONValue? {
        guard case .scalar(let scalar) = node else {
            fault("expected a single value")
            return nil
        }
        guard scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        // What is no number of JSON is a text.
        if let number = try? JSONParser.parse(scalar.string), case .number = number { return number }
        return .string(scalar.string)
    }

    /// The elements of a sequence.
    var elements: [YAMLPlace]? {
        guard case .sequence(let sequence) = node else {
            fault("expected a list")
            return nil
        }
        return sequence.enumerated().map { index, node in
            YAMLPlace(node, path: JSONPointer.appending(index, to: path), line: line, faults: faults)
        }
    }

    /// The members of a mapping.
    var members: [(name: String, place: YAMLPlace)]? {
        guard case .mapping(let mapping) = node else {
            fault("expected a mapping of names to values")
            return nil
        }
        return mapping.compactMap { key, value in
            guard case .scalar(let scalar) = key else {
                fault("expected names that are texts")
                return nil
            }
            let place = YAMLPlace(
                value, path: JSONPointer.appending(scalar.string, to: path), line: key.mark?.line ?? line,
                faults: faults)
            return (scalar.string, place)
        }
    }

    /// The members of a mapping, each of which has to be asked for.
    var section: YAMLSection? {
        members.map { YAMLSection(place: self, members: $0) }
    }
}

/// Collects faults while a file is read to its end.
final class FaultList {
    private(set) var faults: [ConnectorFaults.Fault] = []

    func add(line: Int, path: String, _ detail: String) {
        faults.append(ConnectorFaults.Fault(line: line, path: path, detail: detail))
    }
}
