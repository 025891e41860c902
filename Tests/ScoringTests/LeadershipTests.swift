import Postgres
import Support
import Testing

@testable import Scoring

@Suite(.timeLimit(.minutes(1))) struct LeadershipTests {
    @Test func `who stands by holds no snapshot, and takes over when the active one is gone`() async throws {
        try await TestDatabase.withEmpty { database in
            let first = Self.leadership("first", database)
            try await first.acquire()
            let second = Self.leadership("second", database)
            let takesOver = Task { try await second.acquire() }
            try await Self.waitUntilAsked("second", database)
            #expect(try await Self.alwaysHoldsSnapshot("second", database) == false)
            await first.release()
            try await takesOver.value
            await second.release()
        }
    }

    @Test func `whose session has ended is told, leads no more, and stands by`() async throws {
        try await TestDatabase.withEmpty { database in
            let first = Self.leadership("first", database)
            try await first.acquire()
            let work = Task { try await first.lead { while true { try await Task.sleep(for: .seconds(3_600)) } } }
            _ = try await database.pool.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'first'
                """)
            await #expect(throws: (any Error).self) { try await work.value }
            let second = Self.leadership("second", database)
            try await second.acquire()
            let again = Task { try await first.acquire() }
            try await Self.waitUntilAsked("first", database)
            await second.release()
            try await again.value
            await first.release()
        }
    }

    private static func leadership(_ name: String, _ database: TestDatabase) -> Leadership {
        Leadership(
            configuration: ConnectionConfiguration(url: database.url, applicationName: name),
            logger: TestEnvironment.logger)
    }

    private static func waitUntilAsked(_ name: String, _ database: TestDatabase) async throws {
        let asked = """
            SELECT EXISTS (
                SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = $1 AND query LIKE '%advisory_lock%')
            """
        while try await !database.pool.query(asked, [.text(name)]).only().bool(0) {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Whether the backend's snapshot is there at each of a hundred looks.
    private static func alwaysHoldsSnapshot(_ name: String, _ database: TestDatabase) async throws -> Bool {
        for _ in 0..<100 {
            let holds = try await database.pool.query(
                """
                SELECT backend_xmin IS NOT NULL FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = $1
                """, [.text(name)]
            ).only().bool(0)
            if !holds { return false }
        }
        return true
    }
}
