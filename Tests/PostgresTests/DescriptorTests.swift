import Foundation
import Glibc
import Support
import Testing

@testable import Postgres

/// Descriptors are counted for the whole process, so this runs in a process of its own: the test
/// starts the test bundle again for just the inner test.
@Suite(.serialized, .timeLimit(.minutes(5))) struct DescriptorTests {
    private static var open: Int {
        // The list is there on every Linux.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ONUS_TEST_ALONE"] == nil))
    func `connections that come and go leave no descriptor behind`() async throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = try TestProcess(
            own, ["--testing-library", "swift-testing", "--filter", "DescriptorTests"],
            environment: ["ONUS_TEST_ALONE": "1", "ONUS_TEST_DATABASE_URL": try TestEnvironment.serverURL])
        let status = await process.wait(atMost: .seconds(240))
        #expect(status == 0, "\(process.output) \(process.errorOutput)")
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ONUS_TEST_ALONE"] != nil))
    func `alone: the count is the same after fifty connections`() async throws {
        try await TestDatabase.withEmpty { database in
            func cycle() async throws {
                try await database.withConnection { connection in
                    try await expectUsable(connection)
                    _ = await failure { try await connection.execute("SELECT 1/0") }
                    for try await _ in connection.copyOut("COPY (SELECT generate_series(1, 100000)) TO STDOUT") {
                        break
                    }
                }
                let refused = ConnectionConfiguration(url: "postgresql://onus@127.0.0.1:1/x")
                _ = await failure { _ = try await Connection.connect(refused, logger: TestEnvironment.logger) }
            }
            try await cycle()
            // Sleeping takes a descriptor, too, which the process then keeps.
            try await Task.sleep(for: .milliseconds(5))
            let before = Self.open
            for _ in 0..<50 { try await cycle() }
            // The last one's thread may still be about to end. One that never does ends the test by its time limit.
            while Self.open > before { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["ONUS_TEST_ALONE"] != nil))
    func `alone: without a descriptor left no connection is made, and one is when there are some again`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { try await expectUsable($0) }
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            var limits = rlimit()
            getrlimit(resource, &limits)
            let usual = limits.rlim_cur
            let next = Glibc.open("/dev/null", O_RDONLY)
            close(next)
            limits.rlim_cur = rlim_t(next)
            setrlimit(resource, &limits)
            let error = await failure { try await database.withConnection { try await expectUsable($0) } }
            limits.rlim_cur = usual
            setrlimit(resource, &limits)
            #expect(error?.kind == .connectionFailed)
            #expect(error?.detail.contains("descriptor") == true)
            try await database.withConnection { try await expectUsable($0) }
        }
    }
}
