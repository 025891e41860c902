import EventLog
import Models
import Postgres
import Schema
import Support

@testable import Operator

/// An organisation into which files are imported one after the other, as `onus import hris` plans them.
struct HRISImports {
    /// A plan with its events read back.
    struct Plan {
        let events: [Event]
        let retractions: [Event]
        let report: ImportReport

        /// The report as people read it.
        var lines: [String] {
            get throws {
                var bytes: [UInt8] = []
                try report.write { bytes += $0 }
                return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
    }

    static let header =
        "employee_id,given_name,family_name,email,title,department,manager_id,start_date,end_date,hire_date\n"
    static let day = Day(number: 20_543)
    static let now = Instant(startOf: day)

    let connection: Connection
    private let appender: EventAppender

    static func run(_ body: (HRISImports) async throws -> Void) async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                try await body(
                    HRISImports(
                        connection: connection, appender: EventAppender(pool: database.pool, wakeUp: nil)))
            }
        }
    }

    func plan(
        csv: [UInt8], columns: HRISColumns = .standard, minimising rules: MinimisationRules = .none,
        mode: ImportMode = .snapshot(.retract, on: day), allowLeavers: Bool = false, isComplete: Bool = false,
        today: Day = day
    ) async throws -> Plan {
        let planner = HRISPlanner(
            rule: HRISRule(source: "/hris/test", mode: mode), allowLeavers: allowLeavers, now: Self.now, today: today,
            isComplete: isComplete)
        let plan = try await planner.plan(
            HRISFile(CSVReader(csv), columns: columns, minimising: rules), over: connection, organization: .default)
        return Plan(
            events: try Self.events(plan.events), retractions: try Self.events(plan.retractions), report: plan.report)
    }

    func plan(
        _ rows: String, minimising rules: MinimisationRules = .none, mode: ImportMode = .snapshot(.retract, on: day),
        allowLeavers: Bool = false, isComplete: Bool = false
    ) async throws -> Plan {
        try await plan(
            csv: Array((Self.header + rows).utf8), minimising: rules, mode: mode, allowLeavers: allowLeavers,
            isComplete: isComplete)
    }

    /// Plans, and sends what is planned.
    @discardableResult
    func take(
        _ rows: String, mode: ImportMode = .snapshot(.retract, on: day), allowLeavers: Bool = false
    ) async throws -> Plan {
        let plan = try await plan(rows, mode: mode, allowLeavers: allowLeavers)
        let events = (plan.events + plan.retractions).map(ValidatedEvent.init)
        if !events.isEmpty { _ = try await appender.append(events, organization: .default) }
        return plan
    }

    /// What stands: person, day, and whether active, in that order.
    func standing() async throws -> [String] {
        try await connection.transaction { connection in
            var lines: [String] = []
            for try await page in SourceAssignments(connection, of: "/hris/test", organization: .default) {
                for record in page where !record.isRetracted {
                    let assignment = record.assignment
                    lines.append(
                        "\(assignment.person) \(assignment.effectiveFrom) \(assignment.active ? "active" : "gone")")
                }
            }
            return lines.sorted()
        }
    }

    private static func events(_ file: SpoolFile) throws -> [Event] {
        let contents = try file.contents()
        var bytes: [UInt8] = []
        while case let piece = try contents.next(), !piece.isEmpty { bytes += piece }
        return try bytes.split(separator: UInt8(ascii: "\n")).map {
            try EventReader.read(try JSONParser.parse(Array($0))).event
        }
    }
}

extension Event {
    var assignment: PersonUpdated? { if case .personUpdated(let data) = payload { data } else { nil } }
}
