import CLibPQ
import Dispatch

/// libpq's non-blocking calls on one connection, and the Dispatch sources that say when its socket is ready.
///
/// Not `Sendable`: it belongs to one ``Connection`` and is used on that actor's queue only. No call waits.
final class Wire {
    private var handle: PGHandle?
    private let queue: DispatchQueue
    private var readSource: (any DispatchSourceRead)?
    private var writeSource: (any DispatchSourceWrite)?
    private var onWritable: (@Sendable () -> Void)?
    /// What the sources watch once the connection is made.
    private(set) var watched: WatchedSocket?
    private var isPaused = false
    /// Bytes wait in libpq's buffer for the socket to take them.
    private(set) var hasUnsentBytes = false
    /// The socket has failed; nothing more can be read or written.
    private(set) var isBroken = false

    /// Without a connection, until `start`.
    init(queue: DispatchQueue) {
        self.queue = queue
    }

    deinit {
        stopWatching()
    }

    var isOpen: Bool { handle != nil }

    // MARK: Connecting

    /// Begins to connect; may take as long as it takes to resolve the host's name.
    /// - Returns: False when libpq refuses the parameters; `errorMessage` says why.
    func start(_ parameters: [String: String], notices: NoticeSink) -> Bool {
        let keys = Array(parameters.keys)
        let pointer = unsafe withCStrings(keys) { keywords in
            unsafe withCStrings(keys.map { parameters[$0] ?? "" }) { values in
                unsafe PQconnectStartParams(keywords, values, 0)
            }
        }
        guard let pointer = unsafe pointer else { return false }
        handle = unsafe PGHandle(pointer, notices: notices)
        return unsafe PQstatus(pointer) != CONNECTION_BAD
    }

    /// Calls `handler` once, on the queue, when the socket is ready or `cancelOnce` is called; by then
    /// Dispatch has let go of the socket, which the next `poll` may close.
    func watchOnce(
        forWriting: Bool, onReady: @escaping @Sendable () -> Void, handler: @escaping @Sendable () -> Void
    ) {
        if forWriting {
            let source = DispatchSource.makeWriteSource(fileDescriptor: socket, queue: queue)
            source.setEventHandler(handler: onReady)
            source.setCancelHandler(handler: handler)
            writeSource = source
            source.activate()
        } else {
            let source = DispatchSource.makeReadSource(fileDescriptor: socket, queue: queue)
            source.setEventHandler(handler: onReady)
            source.setCancelHandler(handler: handler)
            readSource = source
            source.activate()
        }
    }

    func cancelOnce() {
        stopWatching()
    }

    enum Progress { case needsRead, needsWrite, done, failed }

    func poll() -> Progress {
        guard let handle else { return .failed }
        return switch unsafe PQconnectPoll(handle.pointer) {
        case PGRES_POLLING_READING: .needsRead
        case PGRES_POLLING_WRITING: .needsWrite
        case PGRES_POLLING_OK: .done
        default: .failed
        }
    }

    /// The socket, or −1. It may change with each `poll()`, and doesn't afterwards.
    var socket: Int32 {
        guard let handle else { return -1 }
        return unsafe PQsocket(handle.pointer)
    }

    /// Ends the set-up: non-blocking from here on, watched for input until the end.
    /// - Returns: False where the process has no descriptor left for it.
    func watch(onReadable: @escaping @Sendable () -> Void, onWritable: @escaping @Sendable () -> Void) -> Bool {
        guard let handle, let watched = WatchedSocket(of: socket), unsafe PQsetnonblocking(handle.pointer, 1) == 0
        else {
            isBroken = true
            return false
        }
        self.onWritable = onWritable
        self.watched = watched
        let source = DispatchSource.makeReadSource(fileDescriptor: watched.descriptor, queue: queue)
        source.setEventHandler(handler: onReadable)
        source.setCancelHandler { withExtendedLifetime((handle, watched)) {} }
        source.activate()
        readSource = source
        return true
    }

    /// Closes the connection; `completion` is called once the descriptor is closed.
    func finish(completion: (@Sendable () -> Void)? = nil) {
        guard let handle else {
            completion?()
            return
        }
        handle.onFinish = completion
        isBroken = true
        stopWatching()
        self.handle = nil
    }

    /// Leaves what arrives in the socket, so that the server has to wait: COPY OUT's backpressure.
    func pauseReading() {
        guard !isPaused, let readSource else { return }
        readSource.suspend()
        isPaused = true
    }

    func resumeReading() {
        guard isPaused, let readSource else { return }
        isPaused = false
        readSource.resume()
    }

    private func stopWatching() {
        readSource?.cancel()
        writeSource?.cancel()
        // Dispatch must not see a suspended source go; cancelled, it delivers nothing more.
        resumeReading()
        readSource = nil
        writeSource = nil
        watched = nil
    }

    // MARK: Moving bytes

    /// Takes what the socket has. Call it whenever the socket is readable.
    func consumeInput() {
        guard let handle, !isBroken else { return }
        // A TLS record (16 KiB) may be larger than what libpq takes at once (8 KiB or more), and its
        // rest then lies in the TLS library, where the socket doesn't show it: so take three times.
        let rounds = unsafe PQsslInUse(handle.pointer) == 1 ? 3 : 1
        for _ in 0..<rounds where unsafe PQconsumeInput(handle.pointer) == 0 {
            fail()
            return
        }
        if hasUnsentBytes { flush() }
    }

    /// Sends what libpq holds back, now as far as the socket takes it and the rest when it is writable.
    func flush() {
        guard let handle, !isBroken else { return }
        switch unsafe PQflush(handle.pointer) {
        case 0:
            hasUnsentBytes = false
            writeSource?.cancel()
            writeSource = nil
        case 1:
            hasUnsentBytes = true
            guard writeSource == nil, let onWritable, let watched else { return }
            let source = DispatchSource.makeWriteSource(fileDescriptor: watched.descriptor, queue: queue)
            source.setEventHandler(handler: onWritable)
            source.setCancelHandler { withExtendedLifetime((handle, watched)) {} }
            source.activate()
            writeSource = source
        default:
            // The server may have said why before it went; what it said is still to be read.
            hasUnsentBytes = false
            if unsafe PQstatus(handle.pointer) == CONNECTION_BAD { fail() }
        }
    }

    /// Marks the connection useless. A dead socket stays readable, so it is no longer watched.
    func fail() {
        isBroken = true
        stopWatching()
    }

    /// Takes over libpq's verdict on the connection.
    func noteStatus() {
        guard let handle, !isBroken else { return }
        if unsafe PQstatus(handle.pointer) == CONNECTION_BAD { fail() }
    }

    /// Calls `body` with libpq's connection; −1 when it is closed.
    func withHandle(_ body: (OpaquePointer) -> Int32) -> Int32 {
        guard let handle else { return -1 }
        return unsafe body(handle.pointer)
    }

    var cancelKey: CancelKey? { handle.flatMap { CancelKey($0) } }

    /// libpq's last message: about this connection, not about data.
    var errorMessage: String {
        guard let handle else { return "the connection is closed" }
        let message = unsafe String(cString: PQerrorMessage(handle.pointer))
        return message.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}
