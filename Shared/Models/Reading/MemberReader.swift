/// Reads the members of an object inside an event, and says by JSON Pointer what is wrong with them.
///
/// A member that is `null` is absent.
struct MemberReader<Source: ReadableValue> {
    private let object: Source.Members
    private let parent: String
    private let name: String?

    /// - Parameters:
    ///   - pointer: The pointer to the object, or to the one that it is a member of.
    ///   - name: Its name as a member.
    init(_ object: Source.Members, at pointer: String, _ name: String? = nil) {
        self.object = object
        parent = pointer
        self.name = name
    }

    /// The pointer to the object; put together when it is asked for, which is when something is wrong.
    private var pointer: String { name.map { JSONPointer.appending($0, to: parent) } ?? parent }

    // MARK: Required members

    func identifier<Kind>(_ name: String) throws(Problem) -> Identifier<Kind> {
        try require(try optionalIdentifier(name), name)
    }

    func day(_ name: String) throws(Problem) -> Day {
        let text = try string(name)
        guard let day = Day(text) else {
            throw problem(
                name, "expected a date YYYY-MM-DD, year 0001 to 9999", quoting: JSONProblem.excerpt(text))
        }
        return day
    }

    func bool(_ name: String) throws(Problem) -> Bool { try require(try optionalBool(name), name) }

    func number(
        _ name: String, in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) throws(Problem) -> Double {
        try require(try optionalNumber(name, in: range), name)
    }

    func string(_ name: String) throws(Problem) -> String { try require(try optionalString(name), name) }

    /// One word of a closed list.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Choice {
        let text = try string(name)
        guard let choice = Choice(rawValue: text), UTF8Order.equal(choice.rawValue, text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem(name, "expected one of \(words)", quoting: JSONProblem.excerpt(text))
        }
        return choice
    }

    func eventIdentity(_ name: String) throws(Problem) -> EventIdentity {
        try require(try optionalEventIdentity(name), name)
    }

    func objects<Value: EventData>(_ name: String) throws(Problem) -> [Value] {
        let array = try require(try optionalArray(name), name)
        let pointer = JSONPointer.appending(name, to: self.pointer)
        var values: [Value] = []
        values.reserveCapacity(array.count)
        for (index, element) in array.enumerated() {
            guard let members = element.object else {
                throw Problem.illTyped(
                    JSONPointer.appending(index, to: pointer), "expected an object, got \(element.kind)")
            }
            values.append(try Value(reading: MemberReader(members, at: pointer, String(index))))
        }
        return values
    }

    // MARK: Optional members

    func optionalIdentifier<Kind>(_ name: String) throws(Problem) -> Identifier<Kind>? {
        guard let text = try optionalString(name) else { return nil }
        return try identifier(text, at: { JSONPointer.appending(name, to: pointer) })
    }

    /// An array of identifiers; empty where there is none.
    func identifiers<Kind>(_ name: String) throws(Problem) -> [Identifier<Kind>] {
        guard let array = try optionalArray(name) else { return [] }
        var identifiers: [Identifier<Kind>] = []
        for (index, element) in array.enumerated() {
            let place = { JSONPointer.appending(index, to: JSONPointer.appending(name, to: pointer)) }
            guard let text = element.string else {
                throw Problem.illTyped(place(), "expected a string, got \(element.kind)")
            }
            identifiers.append(try identifier(text, at: place))
        }
        return identifiers
    }

    func optionalBool(_ name: String) throws(Problem) -> Bool? {
        guard let value = present(name) else { return nil }
        guard let bool = value.bool else { throw problem(name, "expected true or false, got \(value.kind)") }
        return bool
    }

    func optionalNumber(
        _ name: String, in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) throws(Problem) -> Double? {
        guard let value = present(name) else { return nil }
        guard let number = value.double else { throw problem(name, "expected a number, got \(value.kind)") }
        guard range.contains(number) else {
            let bounds =
                range.upperBound == .greatestFiniteMagnitude
                ? "at least \(JSONNumber(range.lowerBound))"
                : "from \(JSONNumber(range.lowerBound)) to \(JSONNumber(range.upperBound))"
            // Not as it was written: that may be as long as the event.
            throw problem(name, "expected a number \(bounds)", quoting: "\(JSONNumber(number))")
        }
        return number
    }

    func optionalString(_ name: String) throws(Problem) -> String? {
        guard let value = present(name) else { return nil }
        guard let string = value.string else { throw problem(name, "expected a string, got \(value.kind)") }
        return string
    }

    func optionalObject<Value: EventData>(_ name: String) throws(Problem) -> Value? {
        guard let nested = try optionalReader(name) else { return nil }
        return try Value(reading: nested)
    }

    func optionalEventIdentity(_ name: String) throws(Problem) -> EventIdentity? {
        guard let nested = try optionalReader(name) else { return nil }
        return EventIdentity(source: try nested.identityPart("source"), id: try nested.identityPart("id"))
    }

    /// A context whose form the catalogue leaves open: a string or an object.
    func optionalContext(_ name: String) throws(Problem) -> JSONValue? {
        guard let value = present(name) else { return nil }
        switch value.tree {
        case .null, .bool, .number, .array:
            throw problem(name, "expected a string or an object, got \(value.kind)")
        case let tree: return tree
        }
    }

    // MARK: Problems

    func problem(_ name: String, _ detail: String, quoting quote: String? = nil) -> Problem {
        Problem.illTyped(JSONPointer.appending(name, to: pointer), detail, quoting: quote)
    }

    func missing(_ name: String, _ detail: String = "expected a value, got none") -> Problem {
        Problem(
            pointer: JSONPointer.appending(name, to: pointer), title: "Required member missing", detail: detail,
            kind: .content)
    }

    // MARK: Parts

    private func present(_ name: String) -> Source? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    private func require<Value>(_ value: Value?, _ name: String) throws(Problem) -> Value {
        guard let value else { throw missing(name) }
        return value
    }

    private func optionalArray(_ name: String) throws(Problem) -> [Source]? {
        guard let value = present(name) else { return nil }
        guard let array = value.array else { throw problem(name, "expected an array, got \(value.kind)") }
        return array
    }

    private func optionalReader(_ name: String) throws(Problem) -> MemberReader? {
        guard let value = present(name) else { return nil }
        guard let members = value.object else { throw problem(name, "expected an object, got \(value.kind)") }
        return MemberReader(members, at: pointer, name)
    }

    private func identifier<Kind>(_ text: String, at place: () -> String) throws(Problem) -> Identifier<Kind> {
        if let fault = Identifier<Kind>.fault(of: text) {
            throw Problem.illTyped(place(), "expected 1 to \(Identifier<Kind>.limit) characters, got \(fault)")
        }
        return Identifier(unchecked: text)
    }

    private func identityPart(_ name: String) throws(Problem) -> String {
        let text = try string(name)
        guard (1...EventIdentity.limit).contains(text.utf8.count) else {
            throw problem(name, "expected 1 to \(EventIdentity.limit) bytes, got \(text.utf8.count)")
        }
        return text
    }
}

extension Problem {
    static func illTyped(
        _ pointer: String, knownPlace: String? = nil, _ detail: String, quoting quote: String? = nil
    ) -> Problem {
        Problem(
            pointer: pointer, knownPlace: knownPlace, title: "Member not as expected", detail: detail, quoting: quote,
            kind: .content)
    }
}
