/// A five-character SQLSTATE as PostgreSQL reports it, for example `23505`.
///
/// Source: PostgreSQL documentation, appendix A "PostgreSQL Error Codes".
package struct SQLState: Hashable, Sendable, CustomStringConvertible {
    package let code: String

    package init(_ code: String) {
        self.code = code
    }

    /// The first two characters: the condition's class, for example `23` for integrity violations.
    package var `class`: String { String(code.prefix(2)) }

    package var description: String { code }

    package static let adminShutdown = SQLState("57P01")
    package static let checkViolation = SQLState("23514")
    package static let deadlockDetected = SQLState("40P01")
    package static let featureNotSupported = SQLState("0A000")
    package static let foreignKeyViolation = SQLState("23503")
    package static let inFailedTransaction = SQLState("25P02")
    package static let insufficientPrivilege = SQLState("42501")
    package static let invalidStatementName = SQLState("26000")
    package static let lockNotAvailable = SQLState("55P03")
    package static let notNullViolation = SQLState("23502")
    package static let objectInUse = SQLState("55006")
    /// Also what `onus.current_era()` says of a database that was restored and not migrated since.
    package static let objectNotInPrerequisite = SQLState("55000")
    package static let queryCancelled = SQLState("57014")
    package static let readOnlyTransaction = SQLState("25006")
    package static let serializationFailure = SQLState("40001")
    package static let undefinedTable = SQLState("42P01")
    package static let uniqueViolation = SQLState("23505")
}
