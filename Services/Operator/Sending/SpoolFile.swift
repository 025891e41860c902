import Glibc
internal import ServiceKit

/// Lines that wait on the disk, in a file without a name that goes with this process: they may be about people.
final class SpoolFile {
    private static let pieceSize = 1 << 18

    /// How many lines were appended.
    private(set) var count = 0
    private var descriptor: Int32?
    private var buffer: [UInt8] = []

    deinit { descriptor.map { _ = close($0) } }

    /// - Parameter line: With its line feed.
    /// - Throws: ``CommandFailure`` (1) where the folder for temporary files (`TMPDIR`) takes no more.
    func append(_ line: [UInt8]) throws(CommandFailure) {
        buffer += line
        count += 1
        if buffer.count >= Self.pieceSize { try flush() }
    }

    /// Everything from the beginning, to be read once and after the last line was appended.
    func contents() throws(CommandFailure) -> ByteFile {
        try flush()
        let copy = dup(try opened())
        guard copy >= 0, lseek(copy, 0, SEEK_SET) == 0 else { throw Self.failure("reading") }
        return ByteFile(owning: copy)
    }

    private func flush() throws(CommandFailure) {
        guard !buffer.isEmpty else { return }
        let descriptor = try opened()
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("writing") }
            rest = rest.dropFirst(written)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func opened() throws(CommandFailure) -> Int32 {
        if let descriptor { return descriptor }
        let folder = ProcessEnvironment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(folder)/onus-XXXXXX".utf8CString)
        // For its owner alone.
        let made = mkstemp(&template)
        guard made >= 0 else { throw Self.failure("making") }
        unlink(template)
        descriptor = made
        return made
    }

    private static func failure(_ doing: String) -> CommandFailure {
        .negative("\(doing) a temporary file (its folder is TMPDIR): \(String(cString: strerror(errno)))")
    }
}
