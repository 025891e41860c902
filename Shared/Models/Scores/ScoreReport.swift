/// Everybody's rows of one scored day.
package struct ScoreReport: Hashable, Sendable {
    package let asOf: Day
    /// The version of the policy that made it; nil where no policy with a version was used.
    package let policyVersion: Int?
    package let managers: [PersonID: ManagerScore]
    package let programmes: [ProgrammeID: ProgrammeScore]

    package init(
        asOf: Day, policyVersion: Int? = nil, managers: [PersonID: ManagerScore],
        programmes: [ProgrammeID: ProgrammeScore]
    ) {
        self.asOf = asOf
        self.policyVersion = policyVersion
        self.managers = managers
        self.programmes = programmes
    }

    /// The contract's shape of `onus score --format json`: exactly the keys that apply, names in byte order.
    package var json: JSONValue {
        var report = JSONObject()
        report.append("asOf", .string(asOf.description))
        if let policyVersion { report.append("policyVersion", .number(JSONNumber(policyVersion))) }
        report.append("managers", Self.object(managers) { $0.json })
        report.append("programmes", Self.object(programmes) { $0.json })
        return .object(report)
    }

    private static func object<Kind, Row>(_ rows: [Identifier<Kind>: Row], _ json: (Row) -> JSONValue) -> JSONValue {
        var members = JSONObject()
        for (identifier, row) in rows.sorted(by: { $0.key < $1.key }) {
            members.append(JSONObject.Member(name: identifier.rawValue, value: json(row)))
        }
        return .object(members)
    }
}
