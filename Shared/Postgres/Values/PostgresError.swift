/// What went wrong with PostgreSQL or with the way to it.
///
/// Neither `description` nor `debugDescription` holds a bound value: the server's own message is
/// kept only for classes whose messages name objects, never data (``ServerReport``).
package struct PostgresError: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// No connection could be made: refused, timed out, wrong credentials, a broken URL.
        case connectionFailed
        /// A connection broke while it was in use, or was already broken.
        case connectionLost
        /// The server refused a statement; the connection is usable.
        case server
        /// The task was cancelled; the connection is usable or closed.
        case cancelled
        /// No connection came free within the pool's acquire time-out.
        case poolExhausted
        /// The pool or the connection has been closed by its owner.
        case closed
        /// A value of a result isn't of the type that was asked for, or is NULL where it may not be.
        case decoding
        /// A misuse of the connection, or an answer that the protocol does not allow here.
        case `protocol`
    }

    package var kind: Kind
    /// The server's SQLSTATE, where the server spoke.
    package var sqlState: SQLState?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    /// One safe sentence: what was expected, what came.
    package var detail: String
    /// The SQL text (without its values); only `debugDescription` shows it.
    package var statement: String?
    /// The zero-based position in a pipeline of the statement that failed.
    package var statementIndex: Int?
    /// True where the answer to a COMMIT, or to a statement outside a transaction, was lost: it may
    /// have taken effect or not.
    package var outcomeUnknown = false

    package init(_ kind: Kind, _ detail: String, sqlState: SQLState? = nil) {
        self.kind = kind
        self.detail = detail
        self.sqlState = sqlState
    }

    /// The connection is gone or could not be made; the same call may succeed on another one.
    package var isConnectionLoss: Bool { kind == .connectionLost || kind == .connectionFailed }

    /// A serialisation failure or a deadlock: the whole transaction is worth another try.
    package var isRetryable: Bool {
        kind == .server && (sqlState == .serializationFailure || sqlState == .deadlockDetected)
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Safe to show: no bound value and no SQL.
    package var description: String {
        var text = "PostgreSQL \(kind.rawValue)"
        if let sqlState { text += " [\(sqlState)]" }
        text += ": \(detail)"
        if let constraint { text += "; constraint \(constraint)" }
        if let table { text += "; table \(schema.map { $0 + "." } ?? "")\(table)" }
        if let column { text += "; column \(column)" }
        if let statementIndex { text += "; statement \(statementIndex) of the pipeline" }
        if outcomeUnknown { text += "; it is unknown whether it took effect" }
        return text
    }

    /// As `description`, with the SQL text.
    package var debugDescription: String {
        statement.map { "\(description); SQL: \($0)" } ?? description
    }
}

extension PostgresError {
    static func cancelled() -> PostgresError { PostgresError(.cancelled, "the task was cancelled") }

    static func closed() -> PostgresError { PostgresError(.closed, "the connection has been closed") }
}
