package import Models

/// Reads a receiver's answer: only 2xx is success, 410 ends the registration, `Retry-After` is honoured.
package enum WebhookOutcome {
    /// - Parameters:
    ///   - retryAfter: The header's value: seconds, or an HTTP date.
    ///   - now: What a date is measured from.
    package static func attempt(status: Int, retryAfter: String?, now: Instant) -> Attempt {
        switch status {
        case 200..<300: .delivered
        case 410: .gone
        default: .failed(because: "the receiver answered \(status)", wait: wait(retryAfter, now: now))
        }
    }

    private static func wait(_ header: String?, now: Instant) -> Duration? {
        guard let header else { return nil }
        if let seconds = Int32(header), seconds >= 0 { return .seconds(Int(seconds)) }
        guard let instant = MailDate.parseHTTP(header), instant > now else { return nil }
        return .microseconds(instant.microseconds - now.microseconds)
    }
}
