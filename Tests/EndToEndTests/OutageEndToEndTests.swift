import Foundation
import Models
import NIOHTTP1
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(10)))
struct OutageEndToEndTests {
    private struct Tally: Sendable {
        var acknowledged: [String] = []
        var refused = 0
        var others: [UInt] = []
    }

    @Test func `while PostgreSQL is away ingestion answers 503, and no acknowledged event is missing afterwards`()
        async throws
    {
        try await TestCluster.with(settings: ["fsync": "on"]) { cluster in
            try await Stack.with(owner: cluster.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let ports = try (scoring: Ports.free(), notification: Ports.free(), console: Ports.free())
                let scoring = try await stack.start("scoring", port: ports.scoring)
                let notification = try await stack.start("notification", port: ports.notification)
                let console = try await stack.start("console", port: ports.console)
                let services = [
                    (ingestion, stack.ingestionPort), (scoring, ports.scoring), (notification, ports.notification),
                    (console, ports.console),
                ]
                let token = try await stack.token()
                let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
                    for sender in 0..<4 {
                        group.addTask { try await Self.send(sender, seconds: 30, to: stack, token: token) }
                    }
                    try await Task.sleep(for: .seconds(2))
                    try await cluster.stop(.immediate)
                    try await Task.sleep(for: .seconds(20))
                    for (process, port) in services {
                        #expect(await !stack.isReady(port: port), "\(process.name) is ready without a database")
                    }
                    try await cluster.start()
                    for (process, port) in services { try await stack.waitUntilReady(process, port: port) }
                    return try await group.reduce(into: Tally()) { all, one in
                        all.acknowledged += one.acknowledged
                        all.refused += one.refused
                        all.others += one.others
                    }
                }
                #expect(tally.refused > 0, "nothing was refused while the database was away")
                #expect(tally.others.isEmpty, "other answers than 202 and 503: \(Set(tally.others))")
                try await stack.onus(["status", "--wait", "60"])
                let connection = try await Connection.connect(
                    ConnectionConfiguration(url: cluster.url, applicationName: "test", connectTimeout: .seconds(60)),
                    logger: TestEnvironment.logger)
                for table in ["log.event", "facts.event"] {
                    let kept = Set(try await connection.query("SELECT id FROM \(table)").map { try $0.text(0) })
                    #expect(Set(tally.acknowledged).subtracting(kept).isEmpty, "acknowledged and missing in \(table)")
                }
                await connection.close()
                for (process, _) in services {
                    process.terminate()
                    #expect(await process.wait(atMost: .seconds(30)) == 0, "\(process.name)")
                }
            }
        }
    }

    @Test func `a database that is frozen with a connection in hand is answered 503, not waited for`() async throws {
        try await TestCluster.with { cluster in
            try await Stack.with(owner: cluster.url) { stack in
                let ingestion = try await stack.start("ingestion")
                let token = try await stack.onus(["token", "create", "--name", "test", "--role", "integration"])
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                @Sendable func post(_ id: String) async throws -> HTTPResponseStatus {
                    let event = """
                        {"specversion":"1.0","id":"\(id)","source":"/frozen","type":"onus.coaching.held",\
                        "time":"2026-06-01T09:00:00Z","data":{"person":"p","coach":"m"}}
                        """
                    return try await stack.post(event, as: "application/cloudevents+json", token: token)
                }
                #expect(try await post("1") == .accepted)
                cluster.freeze(true)
                async let single = post("2")
                async let other = post("3")
                let frozen = try await (single, other)
                cluster.freeze(false)
                #expect(frozen == (.serviceUnavailable, .serviceUnavailable))
                var status = HTTPResponseStatus.serviceUnavailable
                for _ in 0..<50 where status == .serviceUnavailable { status = try await post("2") }
                #expect(status == .accepted)
                ingestion.terminate()
                #expect(await ingestion.wait(atMost: .seconds(30)) == 0)
            }
        }
    }

    /// Single events, one after the other, for so long.
    private static func send(_ sender: Int, seconds: Int, to stack: Stack, token: String) async throws -> Tally {
        var tally = Tally()
        let end = ContinuousClock.now + .seconds(seconds)
        var number = 0
        while ContinuousClock.now < end {
            number += 1
            let id = "\(sender)-\(number)"
            let event = """
                {"specversion":"1.0","id":"\(id)","source":"/outage","type":"onus.coaching.held",\
                "time":"2026-06-01T09:00:00Z","data":{"person":"p\(number % 5)","coach":"m"}}
                """
            let status = try await stack.post(event, as: "application/cloudevents+json", token: token)
            switch status {
            case .accepted: tally.acknowledged.append(id)
            case .serviceUnavailable: tally.refused += 1
            default: tally.others.append(status.code)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return tally
    }
}
