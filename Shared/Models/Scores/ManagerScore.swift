/// A manager's row of a scored day.
package struct ManagerScore: Hashable, Sendable {
    package let manager: PersonID
    /// The posterior mean of the level that the measures share, `0...1`.
    package let level: Double
    /// `0...100`; nil, as the interval, where the status is `insufficient`.
    package let score: Double?
    /// The bounds of the 90 % interval, `0...100`.
    package let low: Double?
    package let high: Double?
    package let status: ManagerStatus
    /// The measures that apply.
    package let measures: [Measure: MeasureScore]

    package init(
        manager: PersonID, level: Double, score: Double?, low: Double?, high: Double?, status: ManagerStatus,
        measures: [Measure: MeasureScore]
    ) {
        self.manager = manager
        self.level = level
        self.score = score
        self.low = low
        self.high = high
        self.status = status
        self.measures = measures
    }

    package var json: JSONValue {
        [
            "high": high.json, "level": .number(JSONNumber(level)), "low": low.json, "measures": measuresJSON,
            "score": score.json, "status": .string(status.rawValue),
        ]
    }

    /// The measures alone, as the database keeps them.
    package var measuresJSON: JSONValue {
        var members = JSONObject()
        for (measure, score) in measures.sorted(by: { $0.key < $1.key }) {
            members.append(measure.rawValue, score.json)
        }
        return .object(members)
    }

    /// Reads what ``measuresJSON`` wrote; nil where it is something else.
    package static func measures(json: JSONValue) -> [Measure: MeasureScore]? {
        guard let object = json.object else { return nil }
        var measures: [Measure: MeasureScore] = [:]
        for member in object.members {
            guard let measure = Measure(rawValue: member.name), let score = MeasureScore(json: member.value) else {
                return nil
            }
            measures[measure] = score
        }
        return measures
    }
}

extension Double? {
    fileprivate var json: JSONValue { map { .number(JSONNumber($0)) } ?? .null }
}
