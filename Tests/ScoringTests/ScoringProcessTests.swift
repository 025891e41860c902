import EventLog
import Foundation
import Glibc
import Ledger
import Models
import Postgres
import Support
import Testing

/// `onus-scoring` as a process of its own, with the rights of its role.
@Suite(.timeLimit(.minutes(5))) struct ScoringProcessTests {
    @Test func `killed in the middle of a drain, it goes on where it stood`() async throws {
        try await ScoringDatabase.with { scoring in
            try await scoring.append(try Self.golden("medium"))
            for pause in [150, 300, 450] {
                let process = try scoring.start()
                // Whatever it is doing by then.
                try await Task.sleep(for: .milliseconds(pause))
                await process.killNow()
            }
            let process = try scoring.start()
            try await scoring.waitUntilScored()
            let log = LogConsumer(name: "scoring", pool: scoring.database.pool)
            #expect(try await Verification(log: log).run(.default) == [])
            #expect(try await scoring.count("facts.event") == scoring.count("log.event"))
            process.terminate()
            #expect(await process.wait(atMost: .seconds(30)) == 0)
        }
    }

    @Test func `a second process stands by, and takes over from one that is killed`() async throws {
        try await ScoringDatabase.with { scoring in
            let first = try scoring.start()
            try await first.waitForOutput("Scoring is active")
            let second = try scoring.start()
            try await second.waitForOutput("Standing by")
            await first.killNow()
            try await scoring.append(try Self.golden("tiny"))
            try await scoring.waitUntilScored()
            #expect(second.errorOutput.contains("Scoring is active") || second.output.contains("Scoring is active"))
            second.terminate()
            #expect(await second.wait(atMost: .seconds(30)) == 0)
        }
    }

    /// Frozen while it waits for events, or in the middle of a batch, with the log's position in its hands.
    @Test(arguments: [false, true])
    func `a process that is frozen is taken over from, and does no harm when it goes on`(
        isInBatch: Bool
    ) async throws {
        try await ScoringDatabase.with { scoring in
            let first = try scoring.start()
            try await first.waitForOutput("Scoring is active")
            let second = try scoring.start()
            try await second.waitForOutput("Standing by")
            if isInBatch {
                try await scoring.database.pool.withConnection { gate in
                    try await Self.closeGate(gate)
                    try await scoring.append(try Self.golden("tiny"))
                    try await Self.waitAtGate(gate)
                    first.send(SIGSTOP)
                    _ = try await gate.query("SELECT pg_advisory_unlock(42)")
                }
            } else {
                first.send(SIGSTOP)
                try await scoring.append(try Self.golden("tiny"))
            }
            // Five seconds on an idle machine.
            try await second.waitForOutput("Scoring is active", atMost: .seconds(30))
            try await scoring.waitUntilScored(atMost: .seconds(45))
            first.send(SIGCONT)
            try await first.waitForOutput("Standing by")
            try await scoring.append(try Self.golden("small"))
            try await scoring.waitUntilScored()
            let log = LogConsumer(name: "scoring", pool: scoring.database.pool)
            #expect(try await Verification(log: log).run(.default) == [])
            #expect(try await scoring.count("facts.event") == scoring.count("log.event"))
            #expect(try await scoring.count("score.parked") == 0)
            for process in [first, second] {
                process.terminate()
                #expect(await process.wait(atMost: .seconds(30)) == 0)
            }
        }
    }

    /// Whoever writes facts waits, until the connection gives the lock back.
    private static func closeGate(_ connection: Connection) async throws {
        _ = try await connection.query("SELECT pg_advisory_lock(42)")
        _ = try await connection.execute(
            """
            CREATE FUNCTION public.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NULL; END $$
            """)
        _ = try await connection.execute(
            "CREATE TRIGGER gate BEFORE INSERT ON facts.event EXECUTE FUNCTION public.wait_at_gate()")
    }

    private static func waitAtGate(_ connection: Connection) async throws {
        let waiting = """
            SELECT EXISTS (
                SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
                WHERE l.locktype = 'advisory' AND NOT l.granted AND l.objid = 42)
            """
        while try await !connection.query(waiting).only().bool(0) { try await Task.sleep(for: .milliseconds(10)) }
    }

    private static func golden(_ name: String) throws -> [ValidatedEvent] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try Data(contentsOf: folder.appending(path: "Golden/\(name).events.ndjson"))
            .split(separator: UInt8(ascii: "\n"))
            .map { try EventReader.read(JSONParser.parse(Array($0))) }
    }
}
