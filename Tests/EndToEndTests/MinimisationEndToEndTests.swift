import Foundation
import NIOHTTP1
import Postgres
import Support
import Testing

/// Searches the disk itself: tables, indexes, WAL and logs. Values are short, so that nothing of them is compressed.
@Suite(.timeLimit(.minutes(5)))
struct MinimisationEndToEndTests {
    private static let kept = "kept-\(UUID().uuidString)"

    private func event(_ id: String, source: String = "/tool", _ data: String) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"onus.coaching.held","#
            + #""time":"2026-06-01T09:00:00Z","data":{\#(data)}}"#
    }

    /// Whether a text stands anywhere below a folder.
    private func isFound(_ text: String, below folder: String) async throws -> Bool {
        let search = try TestProcess("/usr/bin/grep", ["-r", "-q", "-a", "-F", "-e", text, folder])
        let status = await search.wait(atMost: .seconds(120))
        // 2: something could not be read, and then nothing is proven.
        guard status < 2 else { throw StackFailure(description: "grep: \(search.errorOutput)") }
        return status == 0
    }

    @Test func `what is minimised never reaches the disk, whether its event is accepted, refused or corrected`()
        async throws
    {
        // The log of the server shows every value that it is sent.
        try await TestCluster.with(settings: ["log_statement": "all", "wal_compression": "off"]) { cluster in
            try await Stack.with(owner: cluster.url) { stack in
                try await stack.onus(["minimisation", "set", "mood", "--source", "/strict/"])
                let ingestion = try await stack.start("ingestion")
                let scoring = try await stack.start("scoring")
                let token = try await stack.onus(["token", "create", "--name", "test", "--role", "integration"])
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                let secrets = (0..<8).map { "secret-\($0)-\(UUID().uuidString)" }
                let person = #""person":"p","coach":"m""#
                let bodies = [
                    event("1", #"\#(person),"notes":"\#(secrets[0])","x":"\#(Self.kept)""#),
                    event("2", #"\#(person),"deep":{"list":[{"transcript":{"words":"\#(secrets[1])"}}]}"#),
                    // Refused: of these the quarantine keeps what is left.
                    event("3", #""person":"p","sentiment":"\#(secrets[2])""#),
                    event("4", #""person":7,"coach":"m","emotion":["\#(secrets[3])"]"#),
                    event("5", source: "/strict/a", #"\#(person),"mood":"\#(secrets[4])","notes":"\#(Self.kept)-n""#),
                    event("6", source: "/strict/a", #""person":"p","mood":"\#(secrets[5])""#),
                    // No JSON at all: a hash is kept.
                    #"{"specversion":"1.0","id":"7","data":{"notes":"\#(secrets[6])"#,
                ]
                let lines = try await stack.post(
                    bodies.joined(separator: "\n"), as: "application/x-ndjson", token: token)
                #expect(lines == .multiStatus)
                for body in bodies {
                    _ = try await stack.post(body, as: "application/cloudevents+json", token: token)
                }
                // An operator's correction goes through the same door.
                let correction = try stack.file(
                    "event.json", event("3", #"\#(person),"sentiment":"\#(secrets[7])""#))
                let held = try await stack.onus(["quarantine", "list", "--format", "json"])
                let id = try #require(
                    held.firstMatch(of: /"id":(\d+)[^{]*"problem":\{[^}]*\},"event":\{[^{]*"id":"3"/)?.output.1)
                try await stack.onus(["quarantine", "fix", String(id), "--event", correction, "--release"])
                try await stack.onus(["status", "--wait", "60"])
                for process in [ingestion, scoring] {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(10)) == 0)
                    for secret in secrets {
                        #expect(!process.output.contains(secret) && !process.errorOutput.contains(secret))
                    }
                }
                let connection = try await Connection.connect(
                    ConnectionConfiguration(url: cluster.url, applicationName: "test"), logger: TestEnvironment.logger)
                #expect(try await connection.query("SELECT id FROM log.event").count == 4)
                try await connection.execute("CHECKPOINT")
                await connection.close()
                // What is kept is found: so would be what should not be there.
                for kept in [Self.kept, Self.kept + "-n"] {
                    #expect(try await isFound(kept, below: cluster.directory))
                }
                for (number, secret) in secrets.enumerated() {
                    #expect(try await isFound(secret, below: cluster.directory) == false, "secret \(number)")
                }
            }
        }
    }
}
