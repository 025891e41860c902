import Crypto
import Postgres

/// Short stand-ins for texts that may be longer than an index entry.
enum Digest {
    /// The first 16 bytes of the SHA-256 of the texts, each followed by U+0000, which no text of ours contains.
    static func of(_ texts: [String]) -> UUIDBytes {
        var hash = SHA256()
        for text in texts {
            hash.update(data: Array(text.utf8) + [0])
        }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in hash.finalize().prefix(16).enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        return UUIDBytes(high: high, low: low)
    }
}
