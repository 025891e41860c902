/// Whether COPY holds a connection.
enum CopyState {
    case none
    /// That operation sends rows to the server.
    case sending(UInt64)
    /// As `sending`; the server has reported an error and drops what still comes.
    case refused(UInt64)
    /// That operation receives rows from the server.
    case open(UInt64)
    /// As `open`; the server has sent the last row, and how the COPY ended is still to be read.
    case ending(UInt64)
    /// The reader of a COPY OUT has gone before its end; the rest must be cleared away first.
    case abandoned(atEnd: Bool)

    var isUnfinished: Bool {
        if case .none = self { false } else { true }
    }

    /// A reader or a sender is at it.
    var isInUse: Bool {
        switch self {
        case .sending, .refused, .open, .ending: true
        case .none, .abandoned: false
        }
    }
}
