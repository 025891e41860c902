/// A training programme's row of a scored day.
package struct ProgrammeScore: Hashable, Sendable {
    package let programme: ProgrammeID
    /// Completions tied to the job, in the programme's window.
    package let delivered: Int
    /// Completions after which the behaviour was seen to rise.
    package let changed: Int
    package let status: ProgrammeStatus
    /// The measures that apply.
    package let measures: [ProgrammeMeasure: MeasureScore]

    package init(
        programme: ProgrammeID, delivered: Int, changed: Int, status: ProgrammeStatus,
        measures: [ProgrammeMeasure: MeasureScore]
    ) {
        self.programme = programme
        self.delivered = delivered
        self.changed = changed
        self.status = status
        self.measures = measures
    }

    /// The accountability gap: what was delivered and changed nothing that anybody saw.
    package var gap: Int { delivered - changed }

    package var json: JSONValue {
        [
            "changed": .number(JSONNumber(changed)), "delivered": .number(JSONNumber(delivered)),
            "measures": measuresJSON, "status": .string(status.rawValue),
        ]
    }

    package var measuresJSON: JSONValue {
        var members = JSONObject()
        for measure in ProgrammeMeasure.allCases {
            if let score = measures[measure] { members.append(measure.rawValue, score.json) }
        }
        return .object(members)
    }

    /// Reads what ``measuresJSON`` wrote; nil where it is something else.
    package static func measures(json: JSONValue) -> [ProgrammeMeasure: MeasureScore]? {
        guard let object = json.object else { return nil }
        var measures: [ProgrammeMeasure: MeasureScore] = [:]
        for member in object.members {
            guard let measure = ProgrammeMeasure(rawValue: member.name), let score = MeasureScore(json: member.value)
            else { return nil }
            measures[measure] = score
        }
        return measures
    }
}
