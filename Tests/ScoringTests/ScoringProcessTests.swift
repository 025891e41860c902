import EventLog
import Foundation
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
            #expect(await process.wait(atMost: .seconds(10)) == 0)
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
            #expect(await second.wait(atMost: .seconds(10)) == 0)
        }
    }

    private static func golden(_ name: String) throws -> [ValidatedEvent] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try Data(contentsOf: folder.appending(path: "Golden/\(name).events.ndjson"))
            .split(separator: UInt8(ascii: "\n"))
            .map { try EventReader.read(JSONParser.parse(Array($0))) }
    }
}
