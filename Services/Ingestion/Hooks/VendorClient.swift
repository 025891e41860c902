import AsyncHTTPClient
import Connectors
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// Asks vendors over HTTP.
struct VendorClient: Service {
    private static let timeOut = Duration.seconds(30)

    private let client: HTTPClient

    /// - Parameter client: Made with ``configuration``.
    init(_ client: HTTPClient) {
        self.client = client
    }

    /// No redirects: a request with credentials is for its address alone. No decompression: what is small on the wire
    /// may not become large here.
    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        return configuration
    }

    /// Shuts the client down when the service ends, after the work that uses it.
    func run() async throws {
        try? await gracefulShutdown()  // its only error is cancellation, which ends the wait as well
        try await client.shutdown()
    }

    func fetch(_ request: PollRun.Request) async throws(PollFailure) -> PollAnswer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.headers.add(name: "User-Agent", value: "Onus-Connectors/1")
        if let form = request.form {
            outgoing.method = .POST
            outgoing.body = .bytes(ByteBuffer(string: form))
        }
        for header in request.headers { outgoing.headers.replaceOrAdd(name: header.name, value: header.value) }
        do {
            let response = try await client.execute(outgoing, timeout: .seconds(Self.timeOut.components.seconds))
            var headers: [String: String] = [:]
            for field in response.headers {
                let name = field.name.lowercased()
                headers[name] = headers[name].map { "\($0), \(field.value)" } ?? field.value
            }
            let body = try await response.body.collect(upTo: Limits.body)
            return PollAnswer(
                status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView))
        } catch let error as HTTPClientError {
            throw PollFailure(reason: "the request failed: \(error.shortDescription)")
        } catch is NIOTooManyBytesError {
            throw PollFailure(reason: "expected an answer of at most \(Limits.body) bytes")
        } catch {
            // Errors of the network layer name addresses and errno only.
            throw PollFailure(reason: "the vendor could not be reached")
        }
    }
}
