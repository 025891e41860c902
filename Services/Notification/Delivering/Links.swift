internal import Models

/// The addresses that notices carry.
package struct Links: Sendable {
    private let console: WebAddress
    private let unsubscribe: WebAddress

    /// - Parameters:
    ///   - console: Where people reach the console.
    ///   - unsubscribe: Where people's mail programs reach this service.
    package init(console: WebAddress, unsubscribe: WebAddress) {
        self.console = console
        self.unsubscribe = unsubscribe
    }

    /// Where people choose what mail they take.
    package var choices: String { console.appending(path: "/inbox#mail") }

    /// Whether mail programs take the way out by themselves: only an https address may be called without a click
    /// (RFC 8058, section 3.1).
    package var hasOneClick: Bool { unsubscribe.isSecure }

    package func page(_ notice: DueNotice) -> String { console.appending(path: notice.link) }

    /// Where a POST mutes the delivery's kind or, for a kind that can't be muted, switches mail off.
    package func unsubscribe(_ delivery: ClaimedDelivery, key: [UInt8]) -> String {
        let token = UnsubscribeToken(
            organization: delivery.organization, person: delivery.recipient, kind: delivery.kind)
        return unsubscribe.appending(path: "/unsubscribe/\(token.sealed(with: key))")
    }
}
