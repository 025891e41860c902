import Glibc

/// A descriptor of its own for a connection's socket, for Dispatch to watch.
///
/// libpq closes its descriptor itself as soon as it meets the connection's end. The number is then given to whoever opens
/// one next, while Dispatch still watches it: a connection that came by such a number was never told that its socket is
/// ready. This one is closed when the last source that watches it has been cancelled.
final class WatchedSocket: Sendable {
    let descriptor: Int32

    /// - Returns: `nil` where the process has as many descriptors as it may.
    init?(of socket: Int32) {
        descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
    }
}
