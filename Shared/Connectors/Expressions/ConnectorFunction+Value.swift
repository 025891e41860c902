import Crypto
import Models

extension ConnectorFunction {
    func value(of arguments: [Expression], in scope: Scope) throws(MappingFault) -> JSONValue {
        switch self {
        case .if: return try arguments[arguments[0].holds(in: scope) ? 1 : 2].value(in: scope)
        case .and:
            for argument in arguments where try !argument.holds(in: scope) { return .bool(false) }
            return .bool(true)
        case .or:
            for argument in arguments where try argument.holds(in: scope) { return .bool(true) }
            return .bool(false)
        case .not: return .bool(try !arguments[0].holds(in: scope))
        default: break
        }
        var values: [JSONValue] = []
        for argument in arguments { values.append(try argument.value(in: scope)) }
        return switch self {
        case .concat, .lower, .upper, .trim, .text, .hash, .starts: try text(values)
        case .day: try writtenDay(values[0])
        case .date, .time, .minutes, .past, .now: try instant(values, scope.call.now)
        case .get, .find, .select, .reject, .first, .last, .count: try structure(values)
        case .divide, .round: try number(values)
        case .source: .string(scope.source)
        case .header, .setting, .hook: called(values, scope.call)
        default: try choice(values, scope.tables)
        }
    }

    // MARK: Text

    private func text(_ values: [JSONValue]) throws(MappingFault) -> JSONValue {
        switch self {
        case .hash:
            // Of the values as JSON, `null` among them: which of them is missing is part of what they say.
            let digest = SHA256.hash(data: Array(JSONValue.array(values).serialized.utf8))
            return .string(Hexadecimal.encode(digest.prefix(16)))
        case .starts:
            guard values[0] != .null else { return .bool(false) }
            return .bool(try words(values[0]).hasPrefix(try words(values[1])))
        default: break
        }
        // A text with a hole in it, above all an identifier, is none.
        guard !values.contains(.null) else { return .null }
        var text = ""
        for value in values { text += try words(value) }
        return switch self {
        case .lower: .string(text.lowercased())
        case .upper: .string(text.uppercased())
        case .trim: JSONValue.string(Self.trimmed(text)).value(at: [])
        default: .string(text)
        }
    }

    private func words(_ value: JSONValue) throws(MappingFault) -> String {
        switch value {
        case .string(let text): return text
        case .number(let number): return number.description
        case .bool(let bool): return bool ? "true" : "false"
        default: throw MappingFault("\(rawValue): expected a text or a number, got \(value.kind)")
        }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)])
    }

    // MARK: Time

    private func instant(_ values: [JSONValue], _ now: Instant) throws(MappingFault) -> JSONValue {
        if self == .now { return .string(now.description) }
        if self == .past, values[0] == .null { return .bool(false) }
        guard !values.contains(.null) else { return .null }
        guard let first = try moment(values[0]) else { return .null }
        switch self {
        case .date: return .string(first.day.description)
        case .time: return .string(first.description)
        case .past: return .bool(first <= now)
        default:
            guard let second = try moment(values[1]) else { return .null }
            let microseconds = second.microseconds - first.microseconds
            guard microseconds >= 0 else { throw MappingFault("minutes: expected an end after its start") }
            return .number(JSONNumber(Int((microseconds + 30_000_000) / 60_000_000)))
        }
    }

    /// The date as it is written, whatever zone it is written in: vendors put midnight of their own zone for a day.
    private func writtenDay(_ value: JSONValue) throws(MappingFault) -> JSONValue {
        guard value != .null else { return .null }
        guard let text = value.string, let day = Day(String(text.prefix(10))) else {
            if value.string?.hasPrefix("0000-00-00") == true { return .null }
            throw MappingFault("day: expected a text that begins with a date, got \(value.kind) that does not")
        }
        return .string(day.description)
    }

    /// Nil for a date of zeros, which stands for none.
    private func moment(_ value: JSONValue) throws(MappingFault) -> Instant? {
        if let text = value.string, text.hasPrefix("0000-00-00") { return nil }
        guard let instant = VendorTime.instant(value) else {
            throw MappingFault(
                "\(rawValue): expected a date, a time or seconds since 1970, got \(value.kind) that is none")
        }
        return instant
    }

    // MARK: Choice

    private func choice(_ values: [JSONValue], _ tables: [String: LookupTable]) throws(MappingFault) -> JSONValue {
        switch self {
        case .present: return .bool(values[0] != .null)
        case .equals: return .bool(values[0] == values[1])
        case .in: return .bool(values.dropFirst().contains(values[0]))
        case .map:
            guard values[0] != .null else { return .null }
            guard let name = values[1].string, let table = tables[name] else {
                throw MappingFault("map: expected one of the file's tables")
            }
            guard let value = table.values[try words(values[0])] ?? table.fallback else {
                throw MappingFault("map: expected one of the words of the table \(name)")
            }
            return value
        default: return try boolean(values[0])
        }
    }

    private func boolean(_ value: JSONValue) throws(MappingFault) -> JSONValue {
        guard value != .null else { return .null }
        switch try words(value).lowercased() {
        case "true", "yes", "y", "1": return .bool(true)
        case "false", "no", "n", "0": return .bool(false)
        default: throw MappingFault("boolean: expected true, false, yes, no, 1 or 0")
        }
    }

    // MARK: Structure

    private func structure(_ values: [JSONValue]) throws(MappingFault) -> JSONValue {
        guard values[0] != .null else { return self == .count ? 0 : .null }
        if self == .get {
            guard let steps = values[1].string.flatMap(JSONPointer.steps) else {
                throw MappingFault("get: expected a JSON Pointer in quotes")
            }
            return values[0].value(at: steps)
        }
        guard let array = values[0].array else {
            throw MappingFault("\(rawValue): expected an array, got \(values[0].kind)")
        }
        switch self {
        case .first: return array.first ?? .null
        case .last: return array.last ?? .null
        case .count: return .number(JSONNumber(array.count))
        default:
            guard let steps = values[1].string.flatMap(JSONPointer.steps) else {
                throw MappingFault("\(rawValue): expected a JSON Pointer in quotes")
            }
            return switch self {
            case .select: .array(array.filter { $0.value(at: steps) == values[2] })
            case .reject: .array(array.filter { $0.value(at: steps) != values[2] })
            default: array.first { $0.value(at: steps) == values[2] } ?? .null
            }
        }
    }

    // MARK: Numbers

    private func number(_ values: [JSONValue]) throws(MappingFault) -> JSONValue {
        guard !values.contains(.null) else { return .null }
        var numbers: [Double] = []
        for value in values {
            guard let number = value.double ?? value.string.flatMap(Double.init), number.isFinite else {
                throw MappingFault("\(rawValue): expected a number, got \(value.kind)")
            }
            numbers.append(number)
        }
        let result = self == .round ? numbers[0].rounded() : numbers[0] / numbers[1]
        guard result.isFinite else { throw MappingFault("divide: expected a divisor other than 0") }
        return .number(JSONNumber(result))
    }

    // MARK: The call

    private func called(_ values: [JSONValue], _ call: Scope.Call) -> JSONValue {
        let name = values.first?.string ?? ""
        let value: String? =
            switch self {
            case .header: call.headers[name.lowercased()]
            case .setting: call.settings[name]
            default: call.hook
            }
        return value.map { JSONValue.string($0).value(at: []) } ?? .null
    }
}
