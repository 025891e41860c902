package import Models

/// A call as it came, to be verified.
package struct SignedCall: Sendable {
    /// By lower-case name.
    package let headers: [String: String]
    package let query: [String: String]
    package let body: [UInt8]
    package let now: Instant

    package init(headers: [String: String], query: [String: String], body: [UInt8], now: Instant) {
        self.headers = headers
        self.query = query
        self.body = body
        self.now = now
    }

    func header(_ name: String) throws(VerificationFault) -> String {
        guard let value = headers[name.lowercased()], !value.isEmpty else { throw .missing(name) }
        return value
    }

    func requireRecent(_ instant: Instant, _ name: String, tolerance: Int) throws(VerificationFault) {
        guard abs(instant.microseconds - now.microseconds) <= Int64(tolerance) * 1_000_000 else {
            throw .stale(name, tolerance: tolerance)
        }
    }
}
