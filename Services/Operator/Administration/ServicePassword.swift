internal import Crypto
internal import Models

/// A service's database password. Only its SCRAM-SHA-256 verifier (RFC 5802, RFC 7677) travels to the server, so
/// neither the server's log nor its catalogue ever holds the password.
struct ServicePassword {
    let text: String
    private let salt: [UInt8]

    /// - Throws: ``CommandFailure`` (64) for an empty password, and for characters that SASLprep would change.
    init(_ text: String) throws(CommandFailure) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .usage("password: expected printable ASCII characters without spaces")
        }
        self.init(unchecked: text)
    }

    /// 192 bits of chance, in characters that need no escaping in a URL or a shell.
    static func random() -> ServicePassword {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return ServicePassword(unchecked: Hexadecimal.encode(bytes))
    }

    private init(unchecked text: String) {
        self.text = text
        var generator = SystemRandomNumberGenerator()
        salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// As PostgreSQL keeps it: `SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER`.
    var verifier: String { Self.verifier(password: text, salt: salt, iterations: 4096) }

    static func verifier(password: String, salt: [UInt8], iterations: Int) -> String {
        let key = SymmetricKey(data: Array(password.utf8))
        var block = mac(salt + [0, 0, 0, 1], key)
        var salted = block
        for _ in 1..<iterations {
            block = mac(block, key)
            for index in salted.indices { salted[index] ^= block[index] }
        }
        let saltedKey = SymmetricKey(data: salted)
        let stored = Array(SHA256.hash(data: mac(Array("Client Key".utf8), saltedKey)))
        let server = mac(Array("Server Key".utf8), saltedKey)
        return "SCRAM-SHA-256$\(iterations):\(Base64.encode(salt))$\(Base64.encode(stored)):\(Base64.encode(server))"
    }

    private static func mac(_ bytes: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }
}
