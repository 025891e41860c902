internal import Crypto
internal import Models

/// Signs webhook calls by Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.
package enum WebhookSignature {
    /// The header `webhook-signature`.
    ///
    /// - Parameters:
    ///   - id: The call's `webhook-id`, without a full stop.
    ///   - timestamp: Whole seconds since 1970.
    ///   - secrets: Newest first. Each signs, so that a receiver may change over in its own time.
    package static func header(id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret]) -> String {
        secrets.map { secret in
            var code = HMAC<SHA256>(key: SymmetricKey(data: secret.octets))
            code.update(data: Array("\(id).\(timestamp).".utf8))
            code.update(data: body)
            return "v1," + Base64.encode(Array(code.finalize()))
        }.joined(separator: " ")
    }
}
