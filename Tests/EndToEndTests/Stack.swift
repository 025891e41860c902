import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Support
import Synchronization

/// The built executables as they run in earnest: each with its own database role and port, over one database.
final class Stack: Sendable {
    /// The URL of the database's owner.
    let owner: String
    let ingestionPort: Int
    /// Its own folder, for files.
    private let scratch: String
    var folder: String { scratch }
    /// Answers are as they are: a redirection is one. As many at once as a test asks for.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
    private let urls = Mutex<[String: String]>([:])

    /// Runs `body` over the database at `owner`, which is brought up to date first; ends every service that `body`
    /// left running and removes their roles.
    static func with<Value: Sendable>(
        owner: String, _ body: (Stack) async throws -> Value
    ) async throws -> Value {
        let stack = try Stack(owner: owner)
        try await stack.onus(["migrate"])
        defer { stack.removeScratch() }
        return try await body(stack)
    }

    private init(owner: String) throws {
        self.owner = owner
        ingestionPort = try Ports.free()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("onus-stack-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        scratch = folder.path
    }

    private func removeScratch() {
        // A file left behind in the temporary folder does no harm.
        try? FileManager.default.removeItem(atPath: scratch)
    }

    /// Where ingestion listens.
    var url: String { "http://127.0.0.1:\(ingestionPort)" }

    /// A file of the stack's own.
    func file(_ name: String, _ text: String) throws -> String {
        let path = "\(scratch)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Runs `onus` to its end and returns what it printed.
    ///
    /// - Throws: ``StackFailure`` where it exits with anything but `expected`.
    @discardableResult
    func onus(_ arguments: [String], expecting expected: Int32 = 0) async throws -> String {
        // Not in the checkout: there the command would find what a `make demo` of the developer's has left.
        let process = try TestProcess.built(
            "onus", arguments, environment: ["ONUS_DATABASE_URL": owner], in: scratch)
        let status = await process.wait(atMost: .seconds(240))
        guard status == expected else {
            throw StackFailure(
                description: "onus \(arguments): expected exit status \(expected), got \(status): "
                    + process.output.suffix(2_000) + process.errorOutput.suffix(2_000))
        }
        return process.output
    }

    /// Starts a service and waits until it is ready.
    ///
    /// - Parameters:
    ///   - pooler: The port of a pooler that it is to go through.
    ///   - givingDirect: Whether it is also told the way round the pooler.
    func start(
        _ service: String, port: Int? = nil, through pooler: Int? = nil, givingDirect: Bool = false,
        environment: [String: String] = [:]
    ) async throws -> TestProcess {
        let port = try port ?? (service == "ingestion" ? ingestionPort : Ports.free())
        let process = try await launch(
            service, port: port, through: pooler, givingDirect: givingDirect, environment: environment)
        try await waitUntilReady(process, port: port)
        return process
    }

    /// Whether a service says that it is ready; not listening yet is no.
    func isReady(port: Int) async -> Bool {
        (try? await get("http://127.0.0.1:\(port)/readyz")) == .ok
    }

    /// Waits until a service says that it is ready.
    ///
    /// - Throws: ``StackFailure`` where it ends, or takes longer than 30 s.
    func waitUntilReady(_ process: TestProcess, port: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, process.isRunning {
            if await isReady(port: port) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw StackFailure(
            description: "\(process.name): expected to get ready within 30 s: \(process.errorOutput.suffix(2_000))")
    }

    /// Starts a service and does not wait.
    func launch(
        _ service: String, port: Int? = nil, through pooler: Int? = nil, givingDirect: Bool = false,
        environment: [String: String] = [:]
    ) async throws -> TestProcess {
        let direct = try await url(of: service)
        var variables = environment
        variables["ONUS_PORT"] = "\(try port ?? Ports.free())"
        variables["ONUS_DATABASE_URL"] = pooler.map { URLs.replacingPort(of: direct, with: $0) } ?? direct
        if givingDirect { variables["ONUS_DATABASE_DIRECT_URL"] = direct }
        return try TestProcess.built("onus-\(service)", environment: variables)
    }

    /// With the login of its own that a service has, made at its first start.
    private func url(of service: String) async throws -> String {
        if let known = urls.withLock({ $0[service] }) { return known }
        let url = try await onus(["service-role", "create", service, "--name", role(service)])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        urls.withLock { $0[service] = url }
        return url
    }

    /// A new token of an organisation that may send events.
    func token(organization: String = "default") async throws -> String {
        try await onus(["token", "create", "--name", "test", "--role", "integration", "--organization", organization])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A connection of the database's owner.
    func connect() async throws -> Connection {
        try await Connection.connect(
            ConnectionConfiguration(url: owner, applicationName: "test", connectTimeout: .seconds(60)),
            logger: TestEnvironment.logger)
    }

    /// The `id` of every row of a table.
    func ids(in table: String) async throws -> [String] {
        let connection = try await connect()
        let ids = try await connection.query("SELECT id FROM \(table)").map { try $0.text(0) }
        await connection.close()
        return ids
    }

    /// Roles belong to the cluster, so their names hold the stack's own port.
    func role(_ service: String) -> String { "onus_\(service)_e2e_\(ingestionPort)" }

    /// Removes the logins of the services that were started; they must have ended.
    func dropRoles(_ services: [String]) async throws {
        for service in services {
            try await TestProcess.run(
                "/usr/bin/env", ["psql", owner, "-qc", "DROP ROLE IF EXISTS \(role(service))"])
        }
    }

    private func get(_ url: String) async throws -> HTTPResponseStatus {
        try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10)).status
    }

    struct Answer: Sendable {
        let status: HTTPResponseStatus
        let headers: HTTPHeaders
        let body: String
    }

    /// - Parameters:
    ///   - isChunked: Send the body without saying how long it is.
    ///   - port: Ingestion's where none is given.
    func request(
        _ method: HTTPMethod, _ path: String, _ body: String, port: Int? = nil, isChunked: Bool = false,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port ?? ingestionPort)\(path)")
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = isChunked ? .bytes(Array(body.utf8), length: .unknown) : .bytes(ByteBuffer(string: body))
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        return Answer(
            status: response.status, headers: response.headers,
            body: String(buffer: try await response.body.collect(upTo: 1 << 22)))
    }

    /// POSTs a body to `/v1/events`.
    func post(_ body: String, as contentType: String, token: String) async throws -> HTTPResponseStatus {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(ingestionPort)/v1/events")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Content-Type", value: contentType)
        request.body = .bytes(ByteBuffer(string: body))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status
    }
}

/// What a process of the stack did instead.
struct StackFailure: Error, CustomStringConvertible {
    let description: String
}
