package import AsyncHTTPClient
package import Models
internal import NIOCore
internal import NIOHTTP1

/// Posts signed notices to registered receivers.
package struct WebhookTransport: Sendable {
    /// Within the 15 to 30 seconds that Standard Webhooks asks for.
    package static let timeOut: Duration = .seconds(20)

    private let client: HTTPClient

    /// - Parameter client: Made with ``configuration``; its owner shuts it down.
    package init(client: HTTPClient) {
        self.client = client
    }

    /// No redirects (a signed call is for its address alone), no cookies, no decompression; and nothing said to an
    /// address out of reach.
    ///
    /// The address is judged once the connection is there and before a request is written to it: a name may mean another
    /// address by then than it did for whoever looked it up first.
    package static func configuration(calling reach: WebhookReach) -> HTTPClient.Configuration {
        let judge: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            if let address = channel.remoteAddress?.ipAddress.flatMap(IPAddress.init), reach.mayCall(address) {
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(OutOfReach())
        }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        // The retry schedule decides when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = judge
        configuration.http2ConnectionDebugInitializer = judge
        return configuration
    }

    private struct OutOfReach: Error {}

    /// Makes one call. Never throws: what became of it is the result.
    package func post(
        _ body: [UInt8], to address: WebAddress, id: String, secrets: [WebhookSecret], now: Instant
    ) async -> Attempt {
        // Whole seconds, as the signature has them.
        let timestamp = now.microseconds / 1_000_000
        var request = HTTPClientRequest(url: address.string)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json; charset=utf-8")
        request.headers.add(name: "User-Agent", value: "Onus-Webhooks/1")
        request.headers.add(name: "webhook-id", value: id)
        request.headers.add(name: "webhook-timestamp", value: String(timestamp))
        request.headers.add(
            name: "webhook-signature",
            value: WebhookSignature.header(id: id, timestamp: timestamp, body: body, secrets: secrets))
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            // The answer's body is not read: its status says all.
            let response = try await client.execute(request, timeout: .seconds(Self.timeOut.components.seconds))
            return WebhookOutcome.attempt(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"), now: now)
        } catch is OutOfReach {
            return .refused(because: "the receiver's address is none that webhooks may call (ONUS_WEBHOOK_NETWORKS)")
        } catch let error as HTTPClientError {
            return .failed(because: "the call failed: \(error.shortDescription)", wait: nil)
        } catch {
            // Errors of the network layer name addresses and errno only.
            return .failed(because: "the receiver could not be reached", wait: nil)
        }
    }
}
