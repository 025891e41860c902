import Foundation
import Synchronization

/// A PostgreSQL cluster of a test's own, to be stopped, killed and started again.
///
/// As root it runs as the user `postgres`, as PostgreSQL refuses root. Its superuser is `onus`,
/// without a password, on 127.0.0.1 only.
package final class TestCluster: Sendable {
    package enum StopMode: String, Sendable { case smart, fast, immediate }

    package let port: Int
    /// The superuser's URI of the database `postgres`.
    package var url: String { "postgresql://onus@127.0.0.1:\(port)/postgres" }
    /// Everything that it keeps on disk lies below: data, WAL, log.
    package let directory: String
    private let binaries: String
    private let settings: [String: String]

    /// Runs `body` with a running cluster, removed afterwards.
    ///
    /// - Parameter settings: As in `postgresql.conf`, beside what makes it quick and private.
    package static func with<Value>(
        settings: [String: String] = [:], _ body: (TestCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = try await TestCluster(settings: settings)
        let outcome: Result<Value, any Error>
        do {
            try await cluster.start()
            outcome = .success(try await body(cluster))
        } catch {
            outcome = .failure(error)
        }
        await cluster.remove()
        return try outcome.get()
    }

    private init(settings: [String: String]) async throws {
        port = try Ports.free()
        // Short, since the path of a Unix socket ends at 107 bytes.
        directory = "/tmp/onus-pg-\(port)-\(UInt16.random(in: 0 ... .max))"
        binaries = try Self.findBinaries()
        self.settings = settings
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        if geteuid() == 0 {
            try await TestProcess.run("/bin/chown", ["postgres", directory])
        }
        try await run("initdb", ["-D", data, "-U", "onus", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
    }

    /// Starts it and waits until it takes connections.
    package func start() async throws {
        let defaults = [
            "port": "\(port)", "listen_addresses": "127.0.0.1", "unix_socket_directories": directory,
            "fsync": "off", "shared_buffers": "32MB", "max_connections": "50",
        ]
        let options = defaults.merging(settings) { _, given in given }
            .sorted { $0.key < $1.key }.map { "-c \($0.key)='\($0.value)'" }.joined(separator: " ")
        do {
            try await run(
                "pg_ctl", ["start", "-w", "-t", "60", "-D", data, "-l", "\(directory)/log", "-o", options])
        } catch {
            throw TestProcess.Failed(description: "\(error): \(log)")
        }
    }

    /// Stops it in an orderly way (`fast`) or as a crash (`immediate`).
    package func stop(_ mode: StopMode = .fast) async throws {
        try await run("pg_ctl", ["stop", "-w", "-t", "60", "-D", data, "-m", mode.rawValue])
    }

    /// Kills every process of it (SIGKILL), and waits until they are gone.
    package func kill() async throws {
        guard let postmaster else { return }
        // The children first: those of a dead parent can't be told from others' any more.
        let children = Self.children(of: postmaster)
        for process in [postmaster] + children { _ = Foundation.kill(process, SIGKILL) }
        for process in [postmaster] + children {
            while Self.isAlive(process) { try await Task.sleep(for: .milliseconds(10)) }
        }
        // In a container whose first process reaps nobody the dead postmaster stays a zombie, and its
        // locks would seem to be held.
        for lock in ["\(data)/postmaster.pid", "\(directory)/.s.PGSQL.\(port).lock"] {
            try FileManager.default.removeItem(atPath: lock)
        }
    }

    /// Freezes (SIGSTOP) or thaws (SIGCONT) every process: a server that accepts connections and never answers.
    package func freeze(_ isFrozen: Bool) {
        guard let postmaster else { return }
        for process in [postmaster] + Self.children(of: postmaster) {
            _ = Foundation.kill(process, isFrozen ? SIGSTOP : SIGCONT)
        }
    }

    /// The server's log, for a test's message.
    package var log: String {
        // Without a log there is nothing to show.
        (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? ""
    }

    private var data: String { "\(directory)/data" }

    private var postmaster: Int32? {
        // No file, no server.
        guard let text = try? String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8) else { return nil }
        return text.split(separator: "\n").first.flatMap { Int32($0) }
    }

    private func remove() async {
        freeze(false)
        // It may be stopped already; whatever is left is removed with its directory.
        try? await stop(.immediate)
        try? FileManager.default.removeItem(atPath: directory)
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        let path = "\(binaries)/\(program)"
        guard geteuid() == 0 else { return try await TestProcess.run(path, arguments, in: directory) }
        return try await TestProcess.run(
            "/usr/sbin/runuser", ["-u", "postgres", "--", path] + arguments, in: "/")
    }

    private static func findBinaries() throws -> String {
        let debian = "/usr/lib/postgresql"
        // Absent on other systems, where the programs are on the path.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let newest = versions.compactMap { Int($0) }.max().map { "\(debian)/\($0)/bin" }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        guard
            let found = ([newest].compactMap { $0 } + path).first(where: {
                FileManager.default.isExecutableFile(atPath: "\($0)/initdb")
            })
        else { throw TestProcess.Failed(description: "expected PostgreSQL's initdb, found none: run `make test`") }
        return found
    }

    private static func children(of parent: Int32) -> [Int32] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { Int32($0) }.filter { process in
            // A process may end while the list is read.
            guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
                return false
            }
            // pid (name) state parent …; the name may hold spaces.
            let fields = status.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == parent
        }
    }

    private static func isAlive(_ process: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return status.split(separator: ")").last?.split(separator: " ").first != "Z"
    }
}
