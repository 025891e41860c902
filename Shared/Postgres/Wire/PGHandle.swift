import CLibPQ

/// Owns libpq's connection object and everything that must live as long as it does.
///
/// The Dispatch sources hold a reference too, so that the connection ends only after they have let go of it. What they
/// watch is a descriptor of their own (``WatchedSocket``), since libpq closes its own whenever it sees fit.
///
/// `@unchecked Sendable`: the pointer is constant, and only two parties use it: `Wire`, on the queue
/// of the actor that owns it, and `deinit`, which runs when nobody else is left.
@safe final class PGHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    /// Called once the descriptor is closed. Set and read on the connection's queue, or in `deinit`.
    var onFinish: (@Sendable () -> Void)?
    private let notices: NoticeSink

    init(_ pointer: OpaquePointer, notices: NoticeSink) {
        unsafe self.pointer = unsafe pointer
        self.notices = notices
        // `notices` lives as long as this object, which outlives the connection that calls back.
        _ = unsafe PQsetNoticeProcessor(
            pointer,
            { context, message in
                guard let context = unsafe context, let message = unsafe message else { return }
                let text = unsafe String(cString: message)
                unsafe Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(text)
            },
            Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit {
        unsafe PQfinish(pointer)
        onFinish?()
    }
}
