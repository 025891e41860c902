import Models

/// A vendor's answer to one request of a poll.
package struct PollAnswer: Sendable {
    package let status: Int
    /// By lower-case name.
    package let headers: [String: String]
    package let body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why a poll ends before its last page.
package struct PollFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Without a body, a secret or an address.
    package let reason: String
    /// How long the vendor asks to be left alone.
    package let wait: Duration?
    /// Whether the page's address is at fault: the next attempt begins at the cursor again.
    package let losesPage: Bool

    package init(reason: String, wait: Duration? = nil, losesPage: Bool = false) {
        self.reason = reason
        self.wait = wait
        self.losesPage = losesPage
    }

    package var description: String { reason }
}
