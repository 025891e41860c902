import Foundation
import NIOHTTP1
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BackpressureEndToEndTests {
    /// The most memory that a process has had so far, MiB.
    private func peak(_ process: TestProcess) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) / 1_024
    }

    private struct Answer: Sendable {
        let id: String
        let status: HTTPResponseStatus
        let isToldWhen: Bool
    }

    /// Sends one event of 200 KiB.
    private static func post(_ id: Int, to stack: Stack, _ token: String) async throws -> Answer {
        let event = """
            {"specversion":"1.0","id":"\(id)","source":"/flood","type":"onus.expectation.acknowledged",\
            "time":"2026-06-01T09:00:00Z","data":{"person":"p","role":"r","x":"\(padding)"}}
            """
        let answer = try await stack.request(
            .POST, "/v1/events", event,
            headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/cloudevents+json")])
        return Answer(id: "\(id)", status: answer.status, isToldWhen: answer.headers.contains(name: "Retry-After"))
    }

    /// Sends 2,000 events, 400 MB, of 200 senders; the connection's transaction ends when half of them have done.
    private static func flood(
        _ stack: Stack, _ token: String, endingStandstillOf connection: Connection
    ) async throws -> (during: [Answer], after: [Answer]) {
        try await withThrowingTaskGroup(of: [Answer].self) { group in
            for sender in 0..<200 {
                group.addTask {
                    var answers: [Answer] = []
                    for number in 1...10 {
                        answers.append(try await post(sender * 10 + number, to: stack, token))
                    }
                    return answers
                }
            }
            var during: [Answer] = []
            // Others wait, and have sent one event each.
            for _ in 0..<100 { during += try await group.next() ?? [] }
            _ = try await connection.script("ROLLBACK")
            return (during, try await group.reduce(into: []) { $0 += $1 })
        }
    }

    private static let padding = String(repeating: "x", count: 200 << 10)

    @Test func `what is sent while the database stands still is refused before memory grows`() async throws {
        try await TestCluster.with { cluster in
            try await Stack.with(owner: cluster.url) { stack in
                let ingestion = try await stack.start(
                    "ingestion",
                    environment: ["ONUS_INGESTION_MEMORY": "32", "ONUS_INGESTION_PENDING_MEMORY": "16"])
                let token = try await stack.token()
                #expect(try await Self.post(0, to: stack, token).status == .accepted)
                let before = try peak(ingestion)
                let connection = try await stack.connect()
                _ = try await connection.script("BEGIN; LOCK TABLE log.identity IN ACCESS EXCLUSIVE MODE")
                let answers = try await Self.flood(stack, token, endingStandstillOf: connection)
                let after = try peak(ingestion)
                #expect(
                    after - before < 160,
                    "MiB, for 400 MB that came, of which 48 MiB may be held beside what connections read")
                // On a slow machine one or the other has waited for as long as a statement may.
                #expect(answers.during.count { $0.status == .tooManyRequests } > answers.during.count / 2)
                #expect(Set(answers.during.map(\.status)).isSubset(of: [.tooManyRequests, .serviceUnavailable]))
                let all = answers.during + answers.after
                #expect(all.allSatisfy { $0.status != .tooManyRequests || $0.isToldWhen })
                let stored = Set(try await stack.ids(in: "log.event"))
                let accepted = Set(all.filter { $0.status == .accepted }.map(\.id)).union(["0"])
                let refused = Set(all.filter { $0.status == .tooManyRequests }.map(\.id))
                #expect(accepted.isSubset(of: stored))
                #expect(refused.isDisjoint(with: stored))
                await connection.close()
                ingestion.terminate()
                #expect(await ingestion.wait(atMost: .seconds(30)) == 0)
            }
        }
    }
}
