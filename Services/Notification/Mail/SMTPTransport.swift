internal import CCurl
internal import Dispatch

/// Hands mails to the mail server through libcurl, one connection a mail.
///
/// libcurl blocks, so each exchange has a serial queue of its own, and with it a thread of its own. A concurrent queue
/// would not do: on Linux it shares its few threads with Swift's tasks, and mail would hold up everything (measured:
/// 1.9 seconds instead of 0.05 a mail on two cores). The caller bounds how many run at once.
package struct SMTPTransport: Sendable {
    /// The longest that one mail takes.
    package static let timeOut: Duration = .seconds(60)

    private let endpoint: SMTPEndpoint
    private let authorities: String?

    /// - Parameter authorities: A file of certificates (PEM) to trust beside none other; `nil`: the system's.
    package init(endpoint: SMTPEndpoint, authorities: String? = nil) {
        self.endpoint = endpoint
        self.authorities = authorities
        _ = Self.library
    }

    /// Sends one mail. Never throws: what became of it is the result. When the task is cancelled the exchange stops
    /// within about a second, and the server may or may not have taken the mail.
    package func send(_ octets: [UInt8], from sender: MailAddress, to recipient: MailAddress) async -> Attempt {
        let exchange = SMTPExchange(
            endpoint: endpoint, authorities: authorities, sender: sender.address, recipient: recipient.address)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "onus.smtp").async { continuation.resume(returning: exchange.perform(octets)) }
            }
        } onCancel: {
            exchange.cancel()
        }
    }

    /// libcurl's global set-up must be done once, before any other thread calls it.
    private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}
