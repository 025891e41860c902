import EventLog
import Models
import Postgres

/// Compares stored facts with the events of the log, page by page.
struct FactComparison {
    let organization: OrganizationID
    /// Whose facts: what it has read is expected. A fact that it hasn't read yet is all right where the log has the event:
    /// a replay wrote it.
    let consumer: String

    func differences(_ connection: Connection) async throws -> [Difference] {
        let opening = try await connection.pipeline([ReplayStatements.parked(organization)])
        let parked = Set(try opening[0].map { row throws(PostgresError) in try row.uuid(0) })
        var differences: [Difference] = []
        for try await page in LogReplay(connection, organization: organization, readBy: consumer) {
            let expected = page.filter { !parked.contains($0.hash) }
            let statement = ReplayStatements.facts(expected.map(\.hash), of: organization)
            var stored: [UUIDBytes: Row] = [:]
            for row in try await connection.pipeline([statement])[0] { stored[try row.uuid(0)] = row }
            for event in expected {
                if let difference = try Self.difference(stored[event.hash], event) { differences.append(difference) }
            }
        }
        let rest = try await connection.pipeline([
            ReplayStatements.factsOutsideLog(organization), ReplayStatements.factsOfOtherUnits(organization),
        ])
        for (rows, detail) in zip(rest, ["not in the log", "column unit differs from whose gap it is"]) {
            for row in rows {
                let identity = EventIdentity(source: try row.text(0), id: try row.text(1))
                differences.append(Difference(projection: "fact", subject: "\(identity)", detail: detail))
            }
        }
        return differences
    }

    private static func difference(_ row: Row?, _ event: RecordedEvent) throws(PostgresError) -> Difference? {
        func difference(_ detail: String) -> Difference {
            Difference(projection: "fact", subject: "\(event.event.identity)", detail: detail)
        }
        guard let row else { return difference("missing") }
        return try firstDifference(row, event).map { difference("column \($0) differs from the log") }
    }

    /// The first column that isn't what the event gives; nil where all are.
    private static func firstDifference(_ row: Row, _ recorded: RecordedEvent) throws(PostgresError) -> String? {
        let event = recorded.event
        if try row.int2(1) != event.type.code { return "type" }
        if Day(try row.date(2)) != event.day { return "day" }
        if Instant(try row.timestamptz(3)) != event.time { return "time" }
        if EventIdentity(source: try row.text(4), id: try row.text(5)) != event.identity { return "source, id" }
        if Instant(try row.timestamptz(6)) != recorded.recorded { return "recorded" }
        let texts: [(column: Int, name: String, value: String?)] = [
            (7, "person", event.payload.person?.rawValue), (8, "gap", event.payload.gap?.rawValue),
            (9, "actor", event.payload.actor?.rawValue), (10, "role", event.payload.role?.rawValue),
            (11, "programme", event.payload.programme?.rawValue),
        ]
        for (column, name, value) in texts {
            // Bytes, as identifiers compare: Swift's own equality of strings is wider.
            guard try row.optionalUTF8(column) == value.map({ Array($0.utf8) }) else { return name }
        }
        if try row.optionalUUID(12) != event.payload.target?.hash { return "target" }
        if try row.utf8(13) != Array(recorded.data.utf8) { return "data" }
        // Where there is none, or none that this build reads, the event's data is read in its place.
        guard let packed = try row.optionalBytes(14), packed != PackedFact.pack(event) ?? [] else { return nil }
        return PackedFactReader.canRead(packed) ? "packed" : nil
    }
}
