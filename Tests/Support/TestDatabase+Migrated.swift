internal import Glibc
import Models
import Postgres
import Schema

extension TestDatabase {
    /// Runs `body` with a migrated database of its own, cloned from a template that is made once per server, version of
    /// the schema, and month: a migrated database has the log's partitions from this month on.
    @discardableResult
    package static func withMigrated<Value>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
        try await with(template: try await templates.current(), body)
    }

    private static let templates = Templates()

    /// The templates that this process knows to be there.
    private actor Templates {
        private var made: [String: Task<String, any Error>] = [:]

        /// The name of this month's.
        func current() async throws -> String {
            let day = Day(number: time(nil) / 86_400).components
            let month = "\(day.year)_\(day.month)"
            if let known = made[month] { return try await known.value }
            let task = Task { try await make(month) }
            made[month] = task
            return try await task.value
        }
    }

    private static func make(_ month: String) async throws -> String {
        let migrations = try Migration.all()
        // A name for this very list of files.
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in migrations.map(\.checksum).joined().utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let name = "onus_template_\(String(digest, radix: 16))_\(month)"
        let server = try TestEnvironment.serverURL
        let administrator = ConnectionConfiguration(
            url: server, applicationName: "onus-test", connectTimeout: .seconds(30))
        try await once(administrator) { connection in
            // Test processes run side by side; the lock goes with the connection.
            _ = try await connection.query("SELECT pg_advisory_lock(hashtextextended($1, 0))::text", [.text(name)])
            let known = try await connection.query("SELECT FROM pg_database WHERE datname = $1", [.text(name)])
            guard known.isEmpty else { return }
            try await connection.execute("DROP DATABASE IF EXISTS \(name)_new WITH (FORCE)")
            try await connection.execute("CREATE DATABASE \(name)_new TEMPLATE template0")
            let url = URLs.replacingDatabase(of: server, with: "\(name)_new")
            try await once(ConnectionConfiguration(url: url, applicationName: "onus-test")) {
                _ = try await Migrator($0, migrations: migrations).migrate()
            }
            try await connection.execute("ALTER DATABASE \(name)_new RENAME TO \(name)")
        }
        return name
    }
}
