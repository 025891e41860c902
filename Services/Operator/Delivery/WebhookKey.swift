internal import Models

/// A new secret for a webhook: `whsec_` and the base64 of 32 random octets (Standard Webhooks 1.0).
struct WebhookKey: Sendable {
    let text: String

    init() {
        var generator = SystemRandomNumberGenerator()
        let octets = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        text = "whsec_" + Base64.encode(octets)
    }
}
