import CLibPQ
import Glibc

/// libpq's non-blocking calls on one connection.
///
/// Not `Sendable`: it belongs to one ``Connection`` and is used on that actor's thread only. No call waits.
final class Wire {
    private var handle: PGHandle?
    /// Statements can be exchanged.
    private var isConnected = false
    private var isPaused = false
    /// Bytes wait in libpq's buffer for the socket to take them.
    private(set) var hasUnsentBytes = false
    /// The socket has failed; nothing more can be read or written.
    private(set) var isBroken = false

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

    /// Ends the set-up: non-blocking from here on.
    /// - Returns: False where libpq refuses; `errorMessage` says why.
    func beginExchange() -> Bool {
        guard let handle, unsafe PQsetnonblocking(handle.pointer, 1) == 0 else { return false }
        isConnected = true
        return true
    }

    /// What to wait for: `nil` until the connection is made, and once it is of no more use. A dead socket stays readable.
    var interest: SocketLoop.Interest? {
        guard isConnected, !isBroken, socket >= 0 else { return nil }
        let events = Int16(isPaused ? 0 : POLLIN) | Int16(hasUnsentBytes ? POLLOUT : 0)
        return events == 0 ? nil : SocketLoop.Interest(descriptor: socket, events: events)
    }

    /// Closes the connection.
    func finish() {
        isBroken = true
        handle = nil
    }

    /// Leaves what arrives in the socket, so that the server has to wait: COPY OUT's backpressure.
    func pauseReading() { isPaused = true }

    func resumeReading() { isPaused = false }

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
        case 0: hasUnsentBytes = false
        case 1: hasUnsentBytes = true
        default:
            // The server may have said why before it went; what it said is still to be read.
            hasUnsentBytes = false
            if unsafe PQstatus(handle.pointer) == CONNECTION_BAD { fail() }
        }
    }

    /// Marks the connection useless.
    func fail() { isBroken = true }

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
