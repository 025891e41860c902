extension Policy {
    package var json: JSONValue {
        var members = JSONObject()
        members.append("version", .number(JSONNumber(version)))
        for constant in PolicyConstant.all { members.append(constant.name, .number(constant.value(in: self))) }
        var weights = JSONObject()
        for measure in Measure.allCases { weights.append(measure.rawValue, .number(JSONNumber(weight(of: measure)))) }
        members.append("weights", .object(weights))
        return .object(members)
    }

    /// Reads a policy. A member that is not given keeps the standard's value.
    ///
    /// - Throws: ``InvalidPolicy`` with every member that is unknown, ill-typed, out of its range or at odds with
    ///   another.
    package init(json: JSONValue) throws(InvalidPolicy) {
        self = .standard
        var faults: [InvalidValue] = []
        guard let object = json.object else {
            throw InvalidPolicy(faults: [InvalidValue(field: "policy", expected: "an object", got: json.kind)])
        }
        for member in object.members {
            if let fault = read(member) { faults += fault }
        }
        faults += contradictions
        if !faults.isEmpty { throw InvalidPolicy(faults: faults) }
    }

    /// The members that differ from another policy's, by JSON Pointer; the version aside.
    package func differences(from other: Policy) -> [(pointer: String, was: JSONNumber, is: JSONNumber)] {
        let constants = PolicyConstant.all.map { ("/\($0.name)", $0.value(in: other), $0.value(in: self)) }
        let weights = Measure.allCases.map { measure in
            ("/weights/\(measure)", JSONNumber(other.weight(of: measure)), JSONNumber(weight(of: measure)))
        }
        return (constants + weights).filter { $0.1 != $0.2 }.map { (pointer: $0.0, was: $0.1, is: $0.2) }
    }

    /// - Returns: what is wrong with the member; nil where it was taken.
    private mutating func read(_ member: JSONObject.Member) -> [InvalidValue]? {
        let pointer = JSONPointer.appending(member.name, to: "")
        if let constant = PolicyConstant.all.first(where: { $0.name == member.name }) {
            if constant.set(member.value, in: &self) { return nil }
            return [InvalidValue(field: pointer, expected: constant.expected, got: Self.excerpt(member.value))]
        }
        switch member.name {
        case "version":
            // Given by the database; kept where what is read was written by it.
            guard let value = member.value.int, (1...Int(Int32.max)).contains(value) else {
                return [
                    InvalidValue(
                        field: pointer, expected: "a whole number from 1, or none", got: Self.excerpt(member.value))
                ]
            }
            version = value
            return nil
        case "weights":
            return readWeights(member.value)
        default:
            let names = PolicyConstant.all.map(\.name).joined(separator: ", ")
            return [InvalidValue(field: pointer, expected: "one of \(names), weights", got: "an unknown member")]
        }
    }

    private mutating func readWeights(_ value: JSONValue) -> [InvalidValue] {
        guard let object = value.object else {
            return [InvalidValue(field: "/weights", expected: "an object", got: value.kind)]
        }
        let range = PolicyConstant.weightRange
        var faults: [InvalidValue] = []
        for member in object.members {
            let pointer = JSONPointer.appending(member.name, to: "/weights")
            guard let measure = Measure(rawValue: member.name) else {
                let names = Measure.allCases.map(\.rawValue).joined(separator: ", ")
                faults.append(InvalidValue(field: pointer, expected: "one of \(names)", got: "an unknown measure"))
                continue
            }
            guard let weight = member.value.int, range.contains(weight) else {
                faults.append(
                    InvalidValue(
                        field: pointer, expected: "a whole number in \(range.lowerBound)...\(range.upperBound)",
                        got: Self.excerpt(member.value)))
                continue
            }
            weights[measure] = weight
        }
        return faults
    }

    /// Members that are safe each by itself, and not together.
    private var contradictions: [InvalidValue] {
        var faults: [InvalidValue] = []
        if outsourcedHigh > owningLow {
            faults.append(
                InvalidValue(
                    field: "/outsourcedHigh",
                    expected: "at most owningLow (\(JSONNumber(owningLow))): nobody is owning and outsourced at once",
                    got: "\(JSONNumber(outsourcedHigh))"))
        }
        if complementDays > window {
            faults.append(
                InvalidValue(
                    field: "/complementDays",
                    expected: "at most window (\(window)): nobody is under a manager for more of its days",
                    got: "\(complementDays)"))
        }
        return faults
    }

    /// A value as written, cut to a readable length.
    private static func excerpt(_ value: JSONValue) -> String {
        let text = value.serialized
        return text.count <= 40 ? text : text.prefix(40) + "…"
    }
}
