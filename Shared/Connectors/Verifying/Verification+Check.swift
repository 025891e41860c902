import Crypto
import Models

extension Verification {
    /// Whether the vendor made this call.
    ///
    /// - Parameter secrets: Any of them may have signed, so that a secret can be changed without a gap. Without
    ///   meaning for ``token``, which is the caller's to check.
    /// - Throws: ``VerificationFault``.
    package func check(_ call: SignedCall, secrets: [String]) throws(VerificationFault) {
        switch self {
        case .standardWebhooks(let tolerance): try standard(call, secrets, tolerance)
        case .hmac(let rule): try rule.check(call, secrets)
        case .key(let rule): try rule.check(call, secrets)
        case .token: break
        }
    }

    /// Source: Standard Webhooks 1.0, "Verifying webhook authenticity".
    private func standard(
        _ call: SignedCall, _ secrets: [String], _ tolerance: Int
    ) throws(VerificationFault) {
        let id = try call.header("webhook-id")
        guard !id.contains(".") else { throw .malformed("webhook-id", expected: "an identifier without a full stop") }
        let timestamp = try call.header("webhook-timestamp")
        guard let seconds = Int64(timestamp), (0...253_402_300_799).contains(seconds) else {
            throw .malformed("webhook-timestamp", expected: "whole seconds since 1970")
        }
        let signatures = try call.header("webhook-signature")
        try call.requireRecent(
            Instant(microseconds: seconds * 1_000_000), "webhook-timestamp", tolerance: tolerance)
        let message = Array("\(id).\(timestamp).".utf8) + call.body
        let codes = signatures.split(separator: " ").filter { $0.hasPrefix("v1,") }
            .compactMap { Base64.decode($0.dropFirst(3)) }
        for secret in secrets {
            let encoded = secret.hasPrefix("whsec_") ? secret.dropFirst(6) : secret[...]
            guard let key = Base64.decode(encoded), (24...64).contains(key.count) else { throw .unusableSecret }
            let isSigned = codes.contains {
                HMAC<SHA256>.isValidAuthenticationCode($0, authenticating: message, using: SymmetricKey(data: key))
            }
            if isSigned { return }
        }
        throw .wrong("webhook-signature")
    }
}

extension HMACRule {
    func check(_ call: SignedCall, _ secrets: [String]) throws(VerificationFault) {
        let value = try call.header(header)
        var timestampText = ""
        if let timestamp {
            let header = try call.header(timestamp.header)
            let parts = timestamp.prefix.isEmpty ? [header[...]] : Self.candidates(header)
            guard let text = parts.first(where: { $0.hasPrefix(timestamp.prefix) }),
                let instant = VendorTime.instant(String(text.dropFirst(timestamp.prefix.count)))
            else { throw .malformed(timestamp.header, expected: "a time") }
            timestampText = String(text.dropFirst(timestamp.prefix.count))
            try call.requireRecent(instant, timestamp.header, tolerance: timestamp.tolerance)
        }
        let message = parts.flatMap { part in
            switch part {
            case .text(let text): Array(text.utf8)
            case .body: call.body
            case .timestamp: Array(timestampText.utf8)
            }
        }
        let codes = Self.candidates(value).filter { $0.hasPrefix(prefix) }
            .compactMap { encoding.decode(String($0.dropFirst(prefix.count))) }
        for secret in secrets {
            guard let key = secretForm.decode(secret), !key.isEmpty else { throw .unusableSecret }
            let isSigned = codes.contains { algorithm.isValid($0, for: message, key: SymmetricKey(data: key)) }
            if isSigned { return }
        }
        throw .wrong(header)
    }

    /// Several signatures stand behind each other with commas or spaces. A header of one time may hold either itself.
    private static func candidates(_ header: String) -> [Substring] {
        header.split { $0 == "," || $0 == " " } + [header[...]]
    }
}

extension HMACRule.Algorithm {
    /// In constant time, as swift-crypto compares codes.
    func isValid(_ code: [UInt8], for message: [UInt8], key: SymmetricKey) -> Bool {
        switch self {
        case .sha1: HMAC<Insecure.SHA1>.isValidAuthenticationCode(code, authenticating: message, using: key)
        case .sha256: HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: key)
        case .sha512: HMAC<SHA512>.isValidAuthenticationCode(code, authenticating: message, using: key)
        }
    }
}

extension HMACRule.Encoding {
    func decode(_ text: String) -> [UInt8]? {
        switch self {
        case .hex: Hexadecimal.decode(text)
        case .base64: Base64.decode(text)
        }
    }
}

extension HMACRule.SecretForm {
    func decode(_ text: String) -> [UInt8]? {
        switch self {
        case .text: Array(text.utf8)
        case .base64: Base64.decode(text)
        case .hex: Hexadecimal.decode(text)
        }
    }
}

extension KeyRule {
    func check(_ call: SignedCall, _ secrets: [String]) throws(VerificationFault) {
        let name: String
        let value: String?
        switch place {
        case .header(let header): (name, value) = (header, call.headers[header.lowercased()])
        case .query(let parameter): (name, value) = (parameter, call.query[parameter])
        }
        guard let value, !value.isEmpty else { throw .missing(name) }
        guard value.hasPrefix(prefix) else { throw .wrong(name) }
        // Digests are compared, by the constant-time comparison that codes have: neither length nor place shows.
        let key = SymmetricKey(size: .bits256)
        let given = HMAC<SHA256>.authenticationCode(for: Array(value.dropFirst(prefix.count).utf8), using: key)
        for secret in secrets where !secret.isEmpty {
            if HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Array(secret.utf8), using: key) { return }
        }
        throw .wrong(name)
    }
}
