import Glibc

/// The process's two outputs.
enum Terminal {
    /// Writes a result and a line feed to standard output.
    static func result(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Writes a result as it stands to standard output.
    static func result(bytes: [UInt8]) {
        write(bytes, to: STDOUT_FILENO)
    }

    /// Writes a remark and a line feed to standard error.
    static func note(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Draws over the current line of standard error; only sensible where ``notesAreSeen``.
    static func redraw(_ text: String) {
        write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    }

    /// Whether standard error is a terminal, on which a line can be drawn over.
    static var notesAreSeen: Bool { isatty(STDERR_FILENO) == 1 }

    /// All of standard input as text, without the line feed at its end.
    static func standardInput() -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8), to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 {
                    // Nobody reads any more (`onus score | head`): there is nobody to tell, either.
                    guard descriptor == STDOUT_FILENO, errno != EPIPE else { return }
                    // A disk that is full: half a result must not pass for a whole one.
                    note("onus: writing the result: \(String(cString: strerror(errno)))")
                    exit(CommandFailure.negative("").code)
                }
                rest = rest.dropFirst(count)
            }
        }
    }
}
