import CLibPQ

/// What it takes to ask the server, over a connection of its own, to cancel the running statement.
///
/// `@unchecked Sendable`: libpq only reads the object between its making and `PQfreeCancel`, says
/// that `PQcancel` may be called from any thread, and `deinit` runs when nobody else is left.
@safe final class CancelKey: @unchecked Sendable {
    private let pointer: OpaquePointer

    init?(_ handle: PGHandle) {
        guard let pointer = unsafe PQgetCancel(handle.pointer) else { return nil }
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe PQfreeCancel(pointer)
    }

    /// Blocks until the server has taken note; never call it on a thread of Swift's pool.
    func cancel() {
        var message = [CChar](repeating: 0, count: 256)
        // Whether the request arrived shows in how the statement ends; the caller's time limit
        // covers the case that it did not.
        _ = unsafe PQcancel(pointer, &message, Int32(message.count))
    }
}
