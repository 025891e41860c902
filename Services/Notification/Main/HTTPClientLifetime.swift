import AsyncHTTPClient
import ServiceLifecycle

/// Shuts the HTTP client down when the service ends, after the work that uses it.
struct HTTPClientLifetime: Service {
    let client: HTTPClient

    func run() async throws {
        try? await gracefulShutdown()  // its only error is cancellation, which ends the wait as well
        try await client.shutdown()
    }
}
