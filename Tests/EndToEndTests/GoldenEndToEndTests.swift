import Foundation
import Models
import NIOHTTP1
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
                    var generator = SplitMix(state: 7)
                    let shuffled = try stack.file(
                        "\(name)-shuffled.ndjson", lines.shuffled(using: &generator).joined(separator: "\n"))
                    try await stack.onus(["send", shuffled, "--url", stack.url, "--organization", name])
                    await scoring.killNow()
                    try await stack.onus(["send", forward, "--url", stack.url, "--organization", name])
                    scoring = try await stack.start("scoring")
                    try await stack.onus(["status", "--wait", "120", "--organization", name])
                    try await Self.expectGoldenScores(name, stack, organization: name)
                    try await stack.onus(["replay", "--verify", "--organization", name])
                }
                for process in [ingestion, scoring] {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(10)) == 0, "\(process.errorOutput.suffix(1_000))")
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
                    #expect(await process.wait(atMost: .seconds(10)) == 0)
                }
                try await stack.dropRoles(["ingestion", "scoring"])
            }
        }
    }

    @Test(arguments: ["tiny", "edges"])
    func `one by one over HTTP gives the same scores as in one batch`(name: String) async throws {
        try await TestDatabase.withEmpty { database in
            try await Stack.with(owner: database.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let token = try await stack.onus(["token", "create", "--name", "test", "--role", "integration"])
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                for line in try Golden.lines(name).reversed() {
                    let status = try await stack.post(line, as: "application/cloudevents+json", token: token)
                    #expect(status == .accepted)
                }
                try await Self.expectGoldenScores(name, stack)
                ingestion.terminate()
                #expect(await ingestion.wait(atMost: .seconds(10)) == 0)
                try await stack.dropRoles(["ingestion"])
            }
        }
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

/// A small generator of random numbers, the same on every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
