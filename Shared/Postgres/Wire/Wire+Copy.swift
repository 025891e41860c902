import CLibPQ

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// COPY's data, both ways.
extension Wire {
    /// Hands a piece of data to libpq, which may keep it in its buffer: `flush` and wait before the next.
    func putCopy(_ bytes: [UInt8]) -> Bool {
        unsafe withHandle { pg in
            unsafe bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress, unsafe !buffer.isEmpty else { return 1 }
                return unsafe PQputCopyData(
                    pg, start.assumingMemoryBound(to: CChar.self), Int32(truncatingIfNeeded: buffer.count))
            }
        } == 1
    }

    /// Ends COPY IN; a `reason` makes the server fail it.
    func endCopy(reason: String?) -> Bool {
        unsafe withHandle { pg in
            guard let reason else { return unsafe PQputCopyEnd(pg, nil) }
            return unsafe PQputCopyEnd(pg, reason)
        } == 1
    }

    /// Whether an error report lies in the socket, to be asked before `consumeInput`: during COPY IN libpq doesn't read
    /// one before the data has ended. Under encryption there is nothing to be seen.
    func peeksError() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe recv(socket, &bytes, bytes.count, Int32(MSG_PEEK))
        return count > 0 && ErrorMark.isIn(bytes[..<count])
    }

    enum CopyRead {
        case row([UInt8])
        case wait, end, failed
    }

    /// The next row of COPY OUT that has arrived.
    func getCopy() -> CopyRead {
        var row: [UInt8] = []
        let length = unsafe withHandle { pg in
            var buffer: UnsafeMutablePointer<CChar>?
            let length = unsafe PQgetCopyData(pg, &buffer, 1)
            guard length > 0, let buffer = unsafe buffer else { return length == 0 ? 0 : length }
            defer { unsafe PQfreemem(buffer) }
            row = unsafe Array(UnsafeRawBufferPointer(start: buffer, count: Int(length)))
            return length
        }
        return switch length {
        case 1...: .row(row)
        case 0: .wait
        case -1 where isOpen: .end
        default: .failed
        }
    }
}
