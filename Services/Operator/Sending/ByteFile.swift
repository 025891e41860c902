import Glibc

/// A file that is read from its beginning in large pieces. Reading a local file may block its thread, which a
/// command, unlike a service, has nothing else to do with.
struct ByteFile: ~Copyable {
    /// In bytes; `nil` for a pipe.
    let size: Int?
    private let descriptor: Int32

    /// - Parameter path: `-` is standard input.
    /// - Throws: ``CommandFailure`` (64) where it can't be opened.
    init(path: String) throws(CommandFailure) {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .usage("\(path): \(String(cString: strerror(errno)))") }
        self.init(owning: descriptor)
    }

    /// - Parameter descriptor: Open for reading; closed with this value.
    init(owning descriptor: Int32) {
        self.descriptor = descriptor
        var status = stat()
        size = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit { close(descriptor) }

    /// The next piece; empty at the end.
    ///
    /// - Throws: ``CommandFailure`` (1) where it can't be read, such as a folder.
    func next(upTo count: Int = 1 << 18) throws(CommandFailure) -> [UInt8] {
        while true {
            var result = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                result = read(descriptor, buffer.baseAddress, count)
                initialized = max(result, 0)
            }
            if result >= 0 { return bytes }
            guard errno == EINTR else { throw .negative("reading the file: \(String(cString: strerror(errno)))") }
        }
    }

    /// Everything from here to the end.
    func contents() throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try next()
            guard !piece.isEmpty else { return bytes }
            bytes += piece
        }
    }
}
