/// Whether COPY holds a connection.
enum CopyState {
    case none
    /// That operation copies.
    case open(UInt64)
    /// The reader of a COPY OUT has gone before its end; the rest must be cleared away first.
    case abandoned

    var isUnfinished: Bool {
        if case .none = self { false } else { true }
    }
}
