import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import ServiceKit
import Synchronization
import Testing

@testable import Operator

@Suite(.timeLimit(.minutes(5)))
struct FileSenderTests {
    /// An ingestion that remembers what it got and answers as it is told.
    private final class Ingestion: Sendable {
        private let bodies = Mutex<[String]>([])
        private let asked = Mutex<[String]>([])
        /// Whether what it is asked about in dry runs is all known to it.
        private let remembers: Bool
        private let answer: @Sendable (_ request: Int, _ body: String) -> (HTTPResponse.Status, String)

        init(
            remembers: Bool = true, _ answer: @escaping @Sendable (Int, String) -> (HTTPResponse.Status, String)
        ) {
            self.remembers = remembers
            self.answer = answer
        }

        var received: [String] { bodies.withLock { $0 } }
        var askedAbout: [String] { asked.withLock { $0 } }

        func run(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
            let router = Router()
            router.post("/v1/events") { request, _ in
                let text = String(buffer: try await request.body.collect(upTo: 64 << 20))
                if request.uri.queryParameters["dryRun"] == "true" {
                    self.asked.withLock { $0.append(text) }
                    let count = text.split(separator: "\n").count
                    let answer =
                        self.remembers
                        ? #"{"accepted":0,"duplicates":\#(count),"rejected":[]}"#
                        : #"{"accepted":1,"duplicates":\#(count - 1),"rejected":[]}"#
                    return Response(status: .accepted, body: .init(byteBuffer: ByteBuffer(string: answer)))
                }
                let number = self.bodies.withLock { bodies in
                    bodies.append(text)
                    return bodies.count
                }
                let (status, answer) = self.answer(number, text)
                return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: answer)))
            }
            try await Application(router: router).test(.live) { client in
                try await body("http://127.0.0.1:\(client.port ?? 0)")
            }
        }

        static func accepting(_ body: String) -> String {
            #"{"accepted":\#(body.split(separator: "\n").count),"duplicates":0,"rejected":[]}"#
        }
    }

    private static func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "onus-\(UUID()).ndjson").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer {
            try? FileManager.default.removeItem(atPath: path)
            SendProgress.remove(beside: path)
        }
        try await body(path)
    }

    /// Sends to `base`, or to `actual` where the two differ, as after a move.
    private func send(
        _ file: String, to base: String, actual: String? = nil, patience: Duration = .seconds(30)
    ) async throws -> SendTotals {
        let token = Secret("t")
        return try await IngestionClient.with(base: actual ?? base, token: token, patience: patience) { client in
            try await FileSender(file: file, receiver: base, client: client).send()
        }
    }

    private static let lines = (1...3000).map {
        "{\"line\":\($0),\"filler\":\"\(String(repeating: "x", count: 700))\"}"
    }

    @Test func `every line arrives once and in order, through answers of busy and away`() async throws {
        let ingestion = Ingestion { number, body in
            number % 2 == 1
                ? (number == 1 ? .tooManyRequests : .serviceUnavailable, "") : (.accepted, Ingestion.accepting(body))
        }
        try await Self.withFile(Self.lines.joined(separator: "\n")) { file in
            try await ingestion.run { base in
                let totals = try await send(file, to: base)
                #expect(totals == SendTotals(accepted: 3000, duplicates: 0, rejected: 0))
            }
            let taken = ingestion.received.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            #expect(taken.count > 1)
            #expect(taken.joined() == Self.lines.joined(separator: "\n") + "\n")
            #expect(SendProgress.read(beside: file) == nil)
        }
    }

    @Test func `an interrupted run is gone on with, and one over a changed file begins anew`() async throws {
        let failing = Ingestion { number, body in
            number == 1 ? (.accepted, Ingestion.accepting(body)) : (.forbidden, "")
        }
        let working = Ingestion { _, body in (.accepted, Ingestion.accepting(body)) }
        try await Self.withFile(Self.lines.joined(separator: "\n")) { file in
            // The receiver is part of what the progress belongs to, so both runs see one address.
            try await failing.run { base in
                await #expect(throws: CommandFailure.self) { try await send(file, to: base) }
                let progress = try #require(SendProgress.read(beside: file))
                #expect(progress.totals.accepted == failing.received[0].split(separator: "\n").count)
                try await working.run { other in
                    let resumed = try await send(file, to: base, actual: other)
                    #expect(resumed == SendTotals(accepted: 3000, duplicates: 0, rejected: 0))
                    #expect(
                        failing.received[0] + working.received.joined() == Self.lines.joined(separator: "\n") + "\n")

                    try progress.write(beside: file)
                    try Data(("{}\n" + Self.lines.joined(separator: "\n")).utf8).write(to: URL(filePath: file))
                    let anew = try await send(file, to: base, actual: other)
                    #expect(anew.accepted == 3001)
                }
            }
        }
    }

    @Test func `a receiver that no longer has what was sent last gets everything again`() async throws {
        let failing = Ingestion { number, body in
            number == 1 ? (.accepted, Ingestion.accepting(body)) : (.forbidden, "")
        }
        let replaced = Ingestion(remembers: false) { _, body in (.accepted, Ingestion.accepting(body)) }
        try await Self.withFile(Self.lines.joined(separator: "\n")) { file in
            try await failing.run { base in
                await #expect(throws: CommandFailure.self) { try await send(file, to: base) }
                try await replaced.run { other in
                    let anew = try await send(file, to: base, actual: other)
                    #expect(anew == SendTotals(accepted: 3000, duplicates: 0, rejected: 0))
                }
                #expect(replaced.askedAbout == [failing.received[0]])
                #expect(replaced.received.joined() == Self.lines.joined(separator: "\n") + "\n")
            }
        }
    }

    @Test func `an ingestion that stays away is given up after the patience`() async throws {
        try await Self.withFile("{}\n") { file in
            await #expect {
                _ = try await send(file, to: "http://127.0.0.1:1", patience: .milliseconds(300))
            } throws: { error in
                Ending.code(of: error) == 69
            }
        }
    }
}
