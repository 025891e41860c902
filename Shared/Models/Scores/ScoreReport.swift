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

    /// Writes ``json`` compactly, in pieces, and never holds more than a few rows of it: that of a large organisation
    /// would take gigabytes.
    package func write(_ write: ([UInt8]) throws -> Void) rethrows {
        var bytes = Array("{\"asOf\":".utf8)
        JSONValue.string(asOf.description).write(into: &bytes)
        if let policyVersion { bytes += Array(",\"policyVersion\":\(policyVersion)".utf8) }
        bytes += Array(",\"managers\":".utf8)
        try Self.write(managers, into: &bytes, write) { $0.json }
        bytes += Array(",\"programmes\":".utf8)
        try Self.write(programmes, into: &bytes, write) { $0.json }
        bytes.append(UInt8(ascii: "}"))
        try write(bytes)
    }

    private static func write<Kind, Row>(
        _ rows: [Identifier<Kind>: Row], into bytes: inout [UInt8], _ write: ([UInt8]) throws -> Void,
        _ json: (Row) -> JSONValue
    ) rethrows {
        var separator = UInt8(ascii: "{")
        if rows.isEmpty { bytes.append(separator) }
        for identifier in rows.keys.sorted() {
            guard let row = rows[identifier] else { continue }
            bytes.append(separator)
            separator = UInt8(ascii: ",")
            JSONValue.string(identifier.rawValue).write(into: &bytes)
            bytes.append(UInt8(ascii: ":"))
            json(row).write(into: &bytes)
            if bytes.count >= 1 << 16 {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func object<Kind, Row>(_ rows: [Identifier<Kind>: Row], _ json: (Row) -> JSONValue) -> JSONValue {
        var members = JSONObject()
        for (identifier, row) in rows.sorted(by: { $0.key < $1.key }) {
            members.append(JSONObject.Member(name: identifier.rawValue, value: json(row)))
        }
        return .object(members)
    }
}
