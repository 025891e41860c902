/// How a call proves that the vendor made it.
package enum Verification: Hashable, Sendable {
    /// Standard Webhooks 1.0; `tolerance` in seconds.
    case standardWebhooks(tolerance: Int)
    /// A vendor's own HMAC over the body and, where it is wise, a timestamp.
    case hmac(HMACRule)
    /// The secret itself, for vendors that sign nothing.
    case key(KeyRule)
    /// A token of Onus with the role integration, as for `/v1/events`.
    case token
}

package struct HMACRule: Hashable, Sendable {
    package enum Algorithm: String, CaseIterable, Sendable { case sha1, sha256, sha512 }
    package enum Encoding: String, CaseIterable, Sendable { case hex, base64 }
    package enum SecretForm: String, CaseIterable, Sendable { case text, base64, hex }
    package enum Part: Hashable, Sendable {
        case text(String)
        case body
        case timestamp
    }

    let header: String
    let algorithm: Algorithm
    let encoding: Encoding
    /// What stands before each signature, such as `sha256=` or `v1=`; those with another are skipped.
    let prefix: String
    /// What is signed.
    let parts: [Part]
    let secretForm: SecretForm
    let timestamp: TimestampRule?

    struct TimestampRule: Hashable, Sendable {
        let header: String
        /// Where one header holds several things, such as `t=…,v1=…`.
        let prefix: String
        /// Seconds on either side of now.
        let tolerance: Int
    }
}

package struct KeyRule: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case header(String)
        case query(String)
    }

    let place: Place
    /// Such as `Bearer `.
    let prefix: String
}
