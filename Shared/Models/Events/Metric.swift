/// What would show that a gap is closed.
package struct Metric: Hashable, Sendable {
    /// What is measured.
    package var name: String
    /// Its value when the gap was identified.
    package var baseline: Double
    /// The value that closes the gap; never the baseline.
    package var target: Double
    /// What both are counted in.
    package var unit: String?

    package init(name: String, baseline: Double, target: Double, unit: String? = nil) {
        self.name = name
        self.baseline = baseline
        self.target = target
        self.unit = unit
    }
}

extension Metric: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        name = try reader.string("name")
        baseline = try reader.number("baseline")
        target = try reader.number("target")
        unit = try reader.optionalString("unit")
        guard target != baseline else {
            throw reader.problem("target", "expected a target other than the baseline", quoting: "\(target) for both")
        }
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("name", .string(name))
        members.append("baseline", .number(JSONNumber(baseline)))
        members.append("target", .number(JSONNumber(target)))
        if let unit { members.append("unit", .string(unit)) }
        return members
    }
}
