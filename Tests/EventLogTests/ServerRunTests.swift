import Foundation
import Support
import Testing

@testable import EventLog
@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct ServerRunTests {
    private func run(of cluster: TestCluster) async throws -> ServerRun {
        let configuration = ConnectionConfiguration(url: cluster.url)
        // A server that recovers refuses connections for a moment.
        while true {
            do {
                let connection = try await Connection.connect(configuration, logger: LogFixture.logger)
                let run = try ServerRun(try await connection.query("SELECT \(ServerRun.sql)").only(), at: 0)
                await connection.close()
                return run
            } catch {
                guard error.kind == .connectionFailed || error.kind == .connectionLost else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test func `a restart and a crash that the first process outlives are other runs, another connection is not`()
        async throws
    {
        try await TestCluster.with { cluster in
            let first = try await run(of: cluster)
            #expect(try await run(of: cluster) == first)
            let victim = try await Connection.connect(
                ConnectionConfiguration(url: cluster.url), logger: LogFixture.logger)
            #expect(kill(await victim.backendPID, SIGKILL) == 0)
            await #expect(throws: PostgresError.self) { try await victim.query("SELECT 1") }
            await victim.close()
            // The first process may still let somebody in before it hears of the death.
            var second = try await run(of: cluster)
            while second == first { second = try await run(of: cluster) }
            try await cluster.stop()
            try await cluster.start()
            let third = try await run(of: cluster)
            #expect(third != second && third != first)
        }
    }
}
