import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization

/// A small real HTTP server on a port of its own that takes webhook calls and answers as a test decides.
final class TestReceiver: Sendable {
    struct Call: Sendable {
        let id: String?
        let timestamp: String?
        let signature: String?
        let contentType: String?
        let body: [UInt8]
    }

    private let received = Mutex<[Call]>([])

    var calls: [Call] { received.withLock { $0 } }

    /// - Parameter answer: The answer to the n-th call, from 1.
    static func run(
        _ answer: @escaping @Sendable (Int) async -> Response = { _ in Response(status: .noContent) },
        _ body: @escaping @Sendable (TestReceiver, Int) async throws -> Void
    ) async throws {
        let receiver = TestReceiver()
        let router = Router()
        router.post("hook") { request, _ in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            let header = { (name: String) in HTTPField.Name(name).flatMap { request.headers[$0] } }
            let number = receiver.received.withLock { calls in
                calls.append(
                    Call(
                        id: header("webhook-id"), timestamp: header("webhook-timestamp"),
                        signature: header("webhook-signature"), contentType: header("content-type"),
                        body: Array(bytes.readableBytesView)))
                return calls.count
            }
            return await answer(number)
        }
        var logger = Logger(label: "receiver")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: logger)
        try await application.test(.live) { client in
            try await body(receiver, client.port ?? 0)
        }
    }
}
