import Foundation
import Synchronization

/// Debian's PgBouncer in transaction mode before a server: to be stopped and started again on the same port.
///
/// It trusts whoever names a known user. As root it runs as the user `postgres`, as PgBouncer refuses root.
package final class TestBouncer: Sendable {
    package let port: Int
    private let directory: String
    private let process = Mutex<TestProcess?>(nil)

    /// Runs `body` with a pooler before the server that listens on 127.0.0.1 at `server`, stopped afterwards.
    ///
    /// - Parameter users: Who may sign in; the server must take them without a password.
    package static func with<Value>(
        server: Int, users: [String], _ body: (TestBouncer) async throws -> Value
    ) async throws -> Value {
        let bouncer = try TestBouncer(server: server, users: users)
        let outcome: Result<Value, any Error>
        do {
            try await bouncer.start()
            outcome = .success(try await body(bouncer))
        } catch {
            outcome = .failure(error)
        }
        await bouncer.stop()
        // A file left behind in the temporary folder does no harm.
        try? FileManager.default.removeItem(atPath: bouncer.directory)
        return try outcome.get()
    }

    private init(server: Int, users: [String]) throws {
        port = try Ports.free()
        directory = "/tmp/onus-bouncer-\(port)-\(UInt16.random(in: 0 ... .max))"
        // It reads its files as another user; there is nothing secret in them.
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        try write("users", users.map { "\"\($0)\" \"\"\n" }.joined())
        try write(
            "settings",
            """
            [databases]
            * = host=127.0.0.1 port=\(server)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = trust
            auth_file = \(directory)/users
            pool_mode = transaction
            default_pool_size = 20
            server_login_retry = 1
            """)
    }

    private func write(_ name: String, _ text: String) throws {
        let path = "\(directory)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }

    package func start() async throws {
        let places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
        guard let path = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw TestProcess.Failed(description: "expected PgBouncer, found none: run `make test`")
        }
        let user = geteuid() == 0 ? ["-u", "postgres"] : []
        let started = try TestProcess(path, user + ["\(directory)/settings"], in: "/")
        try await started.waitForOutput("process up")
        process.withLock { $0 = started }
    }

    /// Ends it at once: whoever is connected through it loses the connection.
    package func stop() async {
        let running = process.withLock { process in
            defer { process = nil }
            return process
        }
        await running?.killNow()
    }
}
