import Crypto
package import Models
package import Postgres

extension EventIdentity {
    /// The identity as the tables keep it: the first 16 bytes of SHA-256 over the source's bytes, one zero byte and the
    /// id's bytes. Neither part can hold a zero byte, so no two identities give the same input.
    package var hash: UUIDBytes {
        let (source, id) = (source.utf8, id.utf8)
        return withUnsafeTemporaryAllocation(byteCount: source.count + 1 + id.count, alignment: 1) { bytes in
            bytes[..<source.count].copyBytes(from: source)
            bytes[source.count] = 0
            bytes[(source.count + 1)...].copyBytes(from: id)
            return SHA256.hash(data: UnsafeRawBufferPointer(bytes)).withUnsafeBytes { digest in
                UUIDBytes(
                    high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                    low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            }
        }
    }
}
