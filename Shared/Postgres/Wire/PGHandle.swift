import CLibPQ

/// Owns libpq's connection object and everything that must live as long as it does.
@safe final class PGHandle {
    let pointer: OpaquePointer
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
    }
}
