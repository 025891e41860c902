extension Policy {
    package var json: JSONValue {
        var members = JSONObject()
        members.append("version", .number(JSONNumber(version)))
        for (name, path, _) in Self.days { members.append(name, .number(JSONNumber(self[keyPath: path]))) }
        for (name, path, _) in Self.numbers { members.append(name, .number(JSONNumber(self[keyPath: path]))) }
        var weights = JSONObject()
        for measure in Measure.allCases { weights.append(measure.rawValue, .number(JSONNumber(weight(of: measure)))) }
        members.append("weights", .object(weights))
        return .object(members)
    }

    /// Reads a policy. A member that is not given keeps the standard's value.
    ///
    /// - Throws: ``InvalidValue`` for the first member that is unknown, ill-typed or out of its range.
    package init(json: JSONValue) throws(InvalidValue) {
        guard let object = json.object else {
            throw InvalidValue(field: "policy", expected: "an object", got: json.kind)
        }
        self = .standard
        for member in object.members {
            if member.name == "version" {
                version = try Self.whole(member, in: 1...Int(Int32.max))
            } else if let (_, path, range) = Self.days.first(where: { $0.name == member.name }) {
                self[keyPath: path] = try Self.whole(member, in: range)
            } else if let (_, path, range) = Self.numbers.first(where: { $0.name == member.name }) {
                self[keyPath: path] = try Self.number(member, in: range)
            } else if member.name == "weights" {
                try readWeights(member.value)
            } else {
                throw InvalidValue(field: "policy", expected: "members of a policy only", got: member.name)
            }
        }
    }

    private mutating func readWeights(_ value: JSONValue) throws(InvalidValue) {
        guard let object = value.object else {
            throw InvalidValue(field: "weights", expected: "an object", got: value.kind)
        }
        for member in object.members {
            guard let measure = Measure(rawValue: member.name) else {
                throw InvalidValue(field: "weights", expected: "names of measures only", got: member.name)
            }
            weights[measure] = try Self.whole(member, in: 1...1_000)
        }
    }

    private static func whole(_ member: JSONObject.Member, in range: ClosedRange<Int>) throws(InvalidValue) -> Int {
        guard let value = member.value.int, range.contains(value) else {
            throw InvalidValue(
                field: member.name, expected: "a whole number in \(range.lowerBound)...\(range.upperBound)",
                got: member.value.serialized)
        }
        return value
    }

    private static func number(
        _ member: JSONObject.Member, in range: ClosedRange<Double>
    ) throws(InvalidValue) -> Double {
        guard let value = member.value.double, range.contains(value) else {
            throw InvalidValue(
                field: member.name, expected: "a number in \(range.lowerBound)...\(range.upperBound)",
                got: member.value.serialized)
        }
        return value
    }

    private typealias Field<Value: Comparable> = (
        name: String, path: any WritableKeyPath<Policy, Value> & Sendable, range: ClosedRange<Value>
    )

    private static let days: [Field<Int>] = [
        ("window", \.window, 1...3_650), ("cadence", \.cadence, 1...365), ("clarityGrace", \.clarityGrace, 1...365),
        ("actionDue", \.actionDue, 1...3_650), ("closureDue", \.closureDue, 1...3_650),
        ("climbEvery", \.climbEvery, 1...3_650), ("chainDue", \.chainDue, 1...3_650),
        ("triageLookback", \.triageLookback, 0...3_650), ("complementDays", \.complementDays, 1...3_650),
        ("programmeWindow", \.programmeWindow, 1...3_650), ("followupDays", \.followupDays, 1...3_650),
        ("levels", \.levels, 1...4_096), ("minimumMeasures", \.minimumMeasures, 1...9),
        ("minimumTrials", \.minimumTrials, 0...1_000),
    ]

    private static let numbers: [Field<Double>] = [
        ("complementShare", \.complementShare, 0...1), ("verifiedLevel", \.verifiedLevel, 0...4),
        ("verifiedProgress", \.verifiedProgress, 0...1), ("kappa", \.kappa, 0.01...1_000),
        ("intervalFactor", \.intervalFactor, 0...10), ("owningLow", \.owningLow, 0...100),
        ("outsourcedHigh", \.outsourcedHigh, 0...100),
    ]
}
