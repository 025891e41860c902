import EventLog
import Models
import Postgres

/// Compares stored facts with the events of the log.
struct FactComparison {
    /// What scoring has read, by identity.
    private let expected: [UUIDBytes: RecordedEvent]
    /// Expected events that no fact has been seen of.
    private var missing: Set<UUIDBytes>
    /// The events that count: those expected, and those that a replay took in before scoring read them.
    private(set) var counted: [UUIDBytes: RecordedEvent]
    private(set) var differences: [Difference] = []

    init(expected: [UUIDBytes: RecordedEvent]) {
        self.expected = expected
        counted = expected
        missing = Set(expected.keys)
    }

    mutating func compare(_ organization: OrganizationID, _ connection: Connection) async throws {
        var extra: Set<UUIDBytes> = []
        var last: UUIDBytes?
        while true {
            let statement = ReplayStatements.facts(of: organization, after: last, limit: Self.page)
            let rows = try await connection.pipeline([statement])[0]
            for row in rows {
                let identity = try row.uuid(0)
                last = identity
                guard let event = expected[identity] else {
                    extra.insert(identity)
                    continue
                }
                missing.remove(identity)
                if let column = try Self.firstDifference(row, event) {
                    differences.append(
                        Difference(
                            projection: "fact", subject: "\(event.event.identity)",
                            detail: "column \(column) differs from the log"))
                }
            }
            if rows.count < Self.page { break }
        }
        for identity in missing {
            guard let event = expected[identity] else { continue }
            differences.append(
                Difference(projection: "fact", subject: "\(event.event.identity)", detail: "missing"))
        }
        if !extra.isEmpty { try await judge(extra, organization, connection) }
    }

    private static let page = 5_000

    /// A fact that scoring hasn't read yet is all right where the log has the event: a replay wrote it.
    private mutating func judge(
        _ extra: Set<UUIDBytes>, _ organization: OrganizationID, _ connection: Connection
    ) async throws {
        var unknown = extra
        for try await page in LogReplay(connection, organization: organization) {
            for event in page where unknown.remove(event.hash) != nil { counted[event.hash] = event }
        }
        for identity in unknown {
            differences.append(
                Difference(projection: "fact", subject: "\(identity)", detail: "not in the log"))
        }
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
        return try row.utf8(13) == Array(recorded.data.utf8) ? nil : "data"
    }
}
