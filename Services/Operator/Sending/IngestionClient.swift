internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// Hands slices of events to ingestion over HTTP, again and again while it is away.
struct IngestionClient {
    private let http: HTTPClient
    private let url: String
    private let token: Secret
    private let patience: Duration

    /// Runs `body` with a client whose connections are closed afterwards.
    ///
    /// - Parameters:
    ///   - base: Ingestion's address, without a path.
    ///   - patience: How long to go on trying one slice.
    static func with<Value>(
        base: String, token: Secret, patience: Duration, _ body: (IngestionClient) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        // Trying again is decided here, in sight, and not within a request's own time.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(5)
        let http = HTTPClient(configuration: configuration)
        let url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/v1/events"
        do {
            let value = try await body(IngestionClient(http: http, url: url, token: token, patience: patience))
            try await http.shutdown()
            return value
        } catch {
            // What went wrong first is what is reported.
            try? await http.shutdown()
            throw error
        }
    }

    /// Sends one slice.
    ///
    /// - Parameter isDryRun: Ask what would become of it: nothing is stored.
    /// - Throws: ``CommandFailure``: 1 where ingestion refuses the request as a whole, 69 where it stays away.
    func deliver(_ slice: LineSlice, isDryRun: Bool = false) async throws -> Receipt {
        let deadline = ContinuousClock.now + patience
        var backoff = Backoff(first: .milliseconds(200), limit: .seconds(10))
        var announced = false
        while true {
            switch await attempt(slice.body, isDryRun: isDryRun) {
            case .receipt(let receipt): return receipt
            case .refused(let reason):
                // A line that is a request by itself may be the reason; of many lines none is to blame.
                let place = slice.lines.count == 1 ? "line \(slice.lines[0]): " : ""
                throw CommandFailure.negative(place + reason)
            case .later(let reason, let after):
                guard ContinuousClock.now < deadline else {
                    throw CommandFailure.unavailable("\(url): \(reason); gave up after \(patience)")
                }
                if !announced { Terminal.note("\(reason); trying again for up to \(patience)") }
                announced = true
                try await Task.sleep(for: max(after ?? .zero, backoff.next()))
            }
        }
    }

    private func attempt(_ body: [UInt8], isDryRun: Bool) async -> IngestionAnswer {
        var request = HTTPClientRequest(url: isDryRun ? "\(url)?dryRun=true" : url)
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(token.exposed)")
        request.headers.add(name: "content-type", value: "application/x-ndjson")
        request.body = .bytes(body)
        do {
            let response = try await http.execute(request, timeout: .seconds(60))
            let answer = try await response.body.collect(upTo: 64 << 20)
            return .judge(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
                body: Array(answer.readableBytesView))
        } catch let error as HTTPClientError where error == .invalidURL || error == .emptyHost || error == .emptyScheme
        {
            return .refused(reason: "--url: expected http://HOST:PORT, got \(url)")
        } catch {
            return .later(reason: "ingestion can't be reached", after: nil)
        }
    }
}
