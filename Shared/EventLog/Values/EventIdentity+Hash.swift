import Crypto
package import Models
package import Postgres

extension EventIdentity {
    /// The identity as the tables keep it: the first 16 bytes of SHA-256 over the source's bytes, one zero byte and the
    /// id's bytes. Neither part can hold a zero byte, so no two identities give the same input.
    package var hash: UUIDBytes {
        var hasher = SHA256()
        hasher.update(data: Array(source.utf8))
        hasher.update(data: [0])
        hasher.update(data: Array(id.utf8))
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in hasher.finalize().enumerated() where position < 16 {
            if position < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        return UUIDBytes(high: high, low: low)
    }
}
