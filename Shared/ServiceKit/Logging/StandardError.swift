import Glibc
import Synchronization

/// Standard error as a sink of whole lines.
package enum StandardError {
    private static let lock = Mutex(())

    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes all bytes; lines of concurrent writers never mix. A closed standard error loses the line: there is
    /// nowhere left to say so.
    package static func write(_ bytes: [UInt8]) {
        lock.withLock { _ in
            bytes.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let written = Glibc.write(
                        STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if written < 0 {
                        guard errno == EINTR || errno == EAGAIN else { return }
                    } else {
                        rest = rest.dropFirst(written)
                    }
                }
            }
        }
    }
}
