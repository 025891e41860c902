import Foundation
import Support
import Testing

@testable import Postgres

/// The pool of a whole process is kept busy, so these tests start the test bundle again for just the inner one.
@Suite(.timeLimit(.minutes(5))) struct BeatTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ONUS_TEST_ALONE"] == nil))
    func `a heart beats while all threads of Swift's pool compute`() async throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = try TestProcess(
            own, ["--testing-library", "swift-testing", "--filter", "BeatTests"],
            environment: ["ONUS_TEST_ALONE": "1", "ONUS_TEST_DATABASE_URL": try TestEnvironment.serverURL])
        let status = await process.wait(atMost: .seconds(100))
        #expect(status == 0, "\(process.output) \(process.errorOutput)")
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ONUS_TEST_ALONE"] != nil))
    func `alone: a silent session would be ended after five seconds, and is not in twelve`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                try await connection.transaction { connection in
                    try await connection.execute("SET LOCAL idle_in_transaction_session_timeout = '5s'")
                    try await connection.beating {
                        await withTaskGroup { group in
                            for _ in 0..<2 * ProcessInfo.processInfo.activeProcessorCount {
                                group.addTask {
                                    let end = ContinuousClock.now + .seconds(12)
                                    while ContinuousClock.now < end {}
                                }
                            }
                        }
                    }
                    try await connection.execute("SELECT 1")
                }
            }
        }
    }
}
