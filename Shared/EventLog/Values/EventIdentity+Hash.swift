import Crypto
package import Models
package import Postgres

extension EventIdentity {
    /// The identity as the tables keep it: the first 16 bytes of SHA-256 over the source's bytes, one zero byte and the
    /// id's bytes. Neither part can hold a zero byte, so no two identities give the same input.
    package var hash: UUIDBytes {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.utf8.count + 1 + id.utf8.count)
        bytes.append(contentsOf: source.utf8)
        bytes.append(0)
        bytes.append(contentsOf: id.utf8)
        return SHA256.hash(data: bytes).withUnsafeBytes { digest in
            UUIDBytes(
                high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
