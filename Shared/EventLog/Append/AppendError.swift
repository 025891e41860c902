package import Postgres

/// Why events were not, or perhaps not, appended. Sending them again is always safe.
package enum AppendError: Error, Sendable {
    /// The database can't take events now; nothing was stored. The caller should try again later (503).
    case unavailable(PostgresError)
    /// The connection was lost while committing: stored or not. The caller should send them again (503).
    case outcomeUnknown(PostgresError)
    /// The database refuses what an event holds; nothing of the call was stored. No valid event should.
    case refused(PostgresError)
    /// As many events as are allowed wait to be appended already; nothing was stored (429).
    case overloaded
}

extension AppendError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let error): "the log can't be written now: \(error)"
        case .outcomeUnknown(let error): "it is unknown whether the log was written: \(error)"
        case .refused(let error): "the log refuses an event: \(error)"
        case .overloaded: "too many events wait to be written"
        }
    }
}

extension AppendError {
    init(_ error: PostgresError) {
        if error.outcomeUnknown || error.kind == .cancelled {
            self = .outcomeUnknown(error)
        } else if error.kind == .server, let state = error.sqlState, Self.dataClasses.contains(state.class) {
            self = .refused(error)
        } else {
            self = .unavailable(error)
        }
    }

    /// Classes of SQLSTATE that blame the data: data exception, integrity violation, program limit exceeded.
    private static let dataClasses: Set<String> = ["22", "23", "54"]
}
