import ArgumentParser
import EventLog
import Models
import Postgres
import Support
import Testing

@testable import Operator

@Suite struct QuarantineCommandTests {
    private func onus(_ arguments: [String], _ database: TestDatabase) async throws -> (code: Int32, output: String) {
        let process = try TestProcess.built("onus", arguments + ["--database-url", database.url])
        return (await process.wait(), process.output)
    }

    @Test func `an operator lists, corrects and releases, and drops the rest`() async throws {
        try await TestDatabase.withMigrated { database in
            let events = (1...3).map { number in
                RejectedEvent(
                    problem: Problem(
                        pointer: "/data/role", title: "Missing", detail: "expected a role", kind: .content),
                    type: "onus.expectation.acknowledged", source: "/s", id: "\(number)",
                    body:
                        #"{"specversion":"1.0","id":"\#(number)","source":"/s","type":"onus.expectation.acknowledged","#
                        + #""time":"2026-03-31T12:00:00Z","data":{"person":"p"}}"#,
                    bodyHash: [UInt8](repeating: UInt8(number), count: 32))
            }
            try await Quarantine(pool: database.pool).insert(events, organization: .default, token: nil)
            let listed = try await onus(["quarantine", "list", "--format", "json"], database)
            let ids = try JSONParser.parse(listed.output).array?.compactMap { $0["id"]?.int.map(String.init) } ?? []
            #expect(ids.count == 3)
            #expect(try await onus(["quarantine", "release", "--id", ids[0]], database).code == 1)
            let fixed = try await onus(
                ["quarantine", "fix", ids[0], "--set", "/data/role=r", "--release"], database)
            #expect(fixed.code == 0 && fixed.output == "1\n")
            #expect(try await onus(["quarantine", "fix", ids[1], "--set", "/id=9"], database).code == 1)
            #expect(try await onus(["quarantine", "fix", ids[1], "--set", "data=9"], database).code == 64)
            #expect(try await onus(["quarantine", "fix", ids[1], "--set", "/data/role=q"], database).code == 0)
            #expect(try await onus(["quarantine", "release", "--all"], database).code == 1)
            #expect(try await onus(["quarantine", "drop", "--all"], database).output == "1\n")
            #expect(try await onus(["quarantine", "drop", "--all"], database).code == 1)
            let shown = try await onus(["quarantine", "show", ids[2]], database)
            #expect(try JSONParser.parse(shown.output)["state"] == "discarded")
            let rows = try await database.pool.query("SELECT id FROM log.event ORDER BY id")
            #expect(try rows.map { try $0.text(0) } == ["1", "2"])
        }
    }

    @Test func `a correction and its release happen together or not at all`() async throws {
        try await TestDatabase.withMigrated { database in
            let event = RejectedEvent(
                problem: Problem(pointer: "/data/role", title: "Missing", detail: "expected a role", kind: .content),
                type: "onus.expectation.acknowledged", source: "/s", id: "1",
                body: #"{"specversion":"1.0","id":"1","source":"/s","type":"onus.expectation.acknowledged","#
                    + #""time":"2026-03-31T12:00:00Z","data":{"person":"p"}}"#,
                bodyHash: [UInt8](repeating: 1, count: 32))
            try await Quarantine(pool: database.pool).insert([event], organization: .default, token: nil)
            let id = String(try await database.pool.query("SELECT id FROM log.quarantine").only().int8(0))
            func fix(_ change: String) async throws -> Int32 {
                try await onus(["quarantine", "fix", id, "--set", change, "--release"], database).code
            }
            func expectHeld() async throws {
                let rows = try await database.pool.query("SELECT state, fixed FROM log.quarantine").only()
                #expect(try rows.text(0) == "held")
                #expect(try rows.optionalText(1) == nil)
                #expect(try await database.pool.query("SELECT FROM log.event").isEmpty)
            }
            #expect(try await fix("/data/role=7") == 1)
            try await expectHeld()
            try await database.pool.execute(
                "ALTER TABLE log.quarantine ADD CONSTRAINT never CHECK (state <> 'released')")
            #expect(try await fix("/data/role=r") != 0)
            try await expectHeld()
            try await database.pool.execute("ALTER TABLE log.quarantine DROP CONSTRAINT never")
            #expect(try await fix("/data/role=r") == 0)
            let stored = try await database.pool.query("SELECT attributes::jsonb->>'correctedby' FROM log.event").only()
            #expect(try stored.text(0).hasPrefix("onus ("))
        }
    }

    @Test func `a vendor's item is released by its connector as it is now`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.execute(
                "INSERT INTO hook.hook (organization_id, name, connector) VALUES (1, 'h', 'samsara')")
            let rejected = RejectedEvent(
                problem: Problem(pointer: "/data/0", title: "No rule for this", detail: "d", kind: .content),
                type: nil, source: "/connectors/h", id: nil,
                body:
                    #"{"data":[{"id":"1","sessionStatus":"completed","coachingType":"withManager","#
                    + #""completedAtTime":"2026-03-31T12:00:00Z","completedCoachId":"c","driver":{"id":"d"}}]}"#,
                bodyHash: [UInt8](repeating: 1, count: 32), call: HookCall(hook: "h", isPolled: true, headers: [:]))
            try await Quarantine(pool: database.pool).insert([rejected], organization: .default, token: nil)
            let shown = try JSONParser.parse(try await onus(["quarantine", "show", "1"], database).output)
            #expect(shown["hook"] == "h" && shown["call"]?["data"] != nil && shown["event"] == nil)
            #expect(try await onus(["quarantine", "fix", "1", "--set", "/data/0/id=2"], database).code == 1)
            #expect(
                try await onus(["quarantine", "release", "--all", "--connectors", "/nowhere"], database).code == 1)
            let released = try await onus(
                ["quarantine", "release", "--all", "--connectors", ConnectorSampleTests.folder], database)
            #expect(released.code == 0 && released.output == "1\n")
            let rows = try await database.pool.query("SELECT source || ' ' || id FROM log.event")
            #expect(try rows.map { try $0.text(0) } == ["/connectors/h session/1"])
        }
    }

    @Test(arguments: [
        ["quarantine", "fix", "1"], ["quarantine", "fix", "1", "--set", "/a=1", "--event", "-"],
        ["quarantine", "release"], ["quarantine", "drop", "--all", "--id", "1"],
        ["quarantine", "list", "--limit", "0"], ["quarantine", "list", "--state", "lost"],
    ])
    func `wrong usage is refused before anything is done`(arguments: [String]) {
        #expect(throws: (any Error).self) { try OnusCommand.parseAsRoot(arguments) }
    }
}
