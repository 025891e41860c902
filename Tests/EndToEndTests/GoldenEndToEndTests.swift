import Foundation
import Models
import NIOHTTP1
import Postgres
import Support
import Testing

/// Events through the HTTP interface of real processes, scores out of the operator's command.
@Suite(.timeLimit(.minutes(10)))
struct GoldenEndToEndTests {
    private static let days = ["2026-03-31", "2026-06-30"]

    @Test func `scores equal the golden numbers in any order, sent twice, with scoring killed in the middle`()
        async throws
    {
        try await TestDatabase.withEmpty { database in
            try await Stack.with(owner: database.url) { stack in
                let ingestion = try await stack.start("ingestion")
                var scoring = try await stack.start("scoring")
                for name in ["tiny", "small", "edges"] {
                    try await stack.onus(["organization", "create", name])
                    let lines = try Golden.lines(name)
                    let forward = try stack.file("\(name).ndjson", lines.joined(separator: "\n") + "\n")
                    var generator = SplitMix(seed: 7)
                    let shuffled = try stack.file(
                        "\(name)-shuffled.ndjson", lines.shuffled(using: &generator).joined(separator: "\n"))
                    try await Self.killed(scoring, stack) {
                        try await stack.onus(["send", shuffled, "--url", stack.url, "--organization", name])
                    }
                    try await stack.onus(["send", forward, "--url", stack.url, "--organization", name])
                    scoring = try await stack.start("scoring")
                    try await stack.onus(["status", "--wait", "120", "--organization", name])
                    try await Self.expectGoldenScores(name, stack, organization: name)
                    try await stack.onus(["replay", "--verify", "--organization", name])
                }
                for process in [ingestion, scoring] {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(30)) == 0, "\(process.errorOutput.suffix(1_000))")
                }
                try await stack.dropRoles(["ingestion", "scoring"])
            }
        }
    }

    @Test(arguments: ["medium", "large"])
    func `scores of a larger organisation equal the golden numbers`(name: String) async throws {
        try await TestDatabase.withEmpty { database in
            try await Stack.with(owner: database.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let scoring = try await stack.start("scoring")
                let file = try stack.file("\(name).ndjson", Golden.lines(name).joined(separator: "\n"))
                try await stack.onus(["send", file, "--url", stack.url])
                try await stack.onus(["status", "--wait", "200"])
                try await Self.expectGoldenScores(name, stack)
                try await stack.onus(["replay", "--verify"])
                for process in [ingestion, scoring] {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(30)) == 0)
                }
                try await stack.dropRoles(["ingestion", "scoring"])
            }
        }
    }

    @Test(arguments: ["tiny", "edges"])
    func `one by one over HTTP, and in one batch, events give the golden numbers`(name: String) async throws {
        try await TestDatabase.withEmpty { database in
            try await Stack.with(owner: database.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let lines = try Golden.lines(name)
                let token = try await stack.token()
                for line in lines.reversed() {
                    let status = try await stack.post(line, as: "application/cloudevents+json", token: token)
                    #expect(status == .accepted)
                }
                try await Self.expectGoldenScores(name, stack)
                try await stack.onus(["organization", "create", "batch"])
                let status = try await stack.post(
                    "[\(lines.joined(separator: ","))]", as: "application/cloudevents-batch+json",
                    token: try await stack.token(organization: "batch"))
                #expect(status == .accepted)
                try await Self.expectGoldenScores(name, stack, organization: "batch")
                ingestion.terminate()
                #expect(await ingestion.wait(atMost: .seconds(30)) == 0)
                try await stack.dropRoles(["ingestion"])
            }
        }
    }

    /// Kills scoring in the middle of a batch that `send` sends: it waits for a table in its transaction, with events
    /// unread, when it dies.
    private static func killed(
        _ scoring: TestProcess, _ stack: Stack, while send: () async throws -> Void
    ) async throws {
        let connection = try await stack.connect()
        try await connection.transaction { connection in
            _ = try await connection.query("LOCK TABLE facts.event IN SHARE MODE")
            try await send()
            let deadline = ContinuousClock.now + .seconds(60)
            while try await !isBlocked(connection) {
                guard ContinuousClock.now < deadline else {
                    throw StackFailure(description: "scoring: expected to be in a batch within 60 s")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            await scoring.killNow()
        }
        await connection.close()
        // Its batch ended with it: nobody has read what was sent.
        let status = try Golden.parse(try await stack.onus(["status", "--format", "json"]))
        let unread = status["consumers"]?.array?.first { $0["consumer"]?.string == "scoring" }?["unread"]?.double
        #expect((unread ?? 0) > 0, "\(status.serialized)")
    }

    private static func isBlocked(_ connection: Connection) async throws -> Bool {
        try await connection.query(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
                WHERE l.relation = 'facts.event'::regclass AND NOT l.granted)
            """
        ).only().bool(0)
    }

    private static func expectGoldenScores(
        _ name: String, _ stack: Stack, organization: String = "default"
    ) async throws {
        for day in days {
            let printed = try await stack.onus(
                ["score", "--as-of", day, "--format", "json", "--organization", organization])
            let differences = Golden.differences(try Golden.scores(name, day), try Golden.parse(printed))
            #expect(differences.isEmpty, "\(name) on \(day): \(differences.prefix(5))")
        }
    }
}
