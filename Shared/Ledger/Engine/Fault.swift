import Postgres

/// What makes work fail.
enum Fault {
    /// A value that the database refuses, or a limit that is passed: the same work would fail again.
    case value
    /// A row that this build can't read: altered by hand, or written by a newer build, which will read it.
    case stored
    /// The connection, a privilege, a full disk. So is an event of the log that this build can't read (``LogError``):
    /// nothing of it is skipped.
    case surroundings
}

extension Error {
    /// Whose fault the error is.
    var fault: Fault {
        switch self {
        case is LedgerError: .stored
        case let error as PostgresError:
            switch error.kind {
            case .decoding: .stored
            case .server: ["22", "23", "54"].contains(error.sqlState?.class ?? "") ? .value : .surroundings
            default: .surroundings
            }
        default: .surroundings
        }
    }
}
