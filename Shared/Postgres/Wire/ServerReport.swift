/// An error as the server reported it, before it is made safe to show.
struct ServerReport {
    let sqlState: SQLState?
    /// Not localised: `ERROR`, `FATAL` or `PANIC`; empty when libpq itself made the report.
    let severity: String
    let message: String
    let schema: String?
    let table: String?
    let column: String?
    let constraint: String?
    /// The function of the server's source that raised it.
    let function: String?

    /// The server ends the connection after such a report.
    var endsConnection: Bool { severity == "FATAL" || severity == "PANIC" }

    /// A prepared statement that DDL or a pooler has made useless: preparing it again helps.
    var isStalePlan: Bool {
        sqlState == .invalidStatementName || (sqlState == .featureNotSupported && function == "RevalidateCachedQuery")
    }

    /// Makes the error that callers see.
    ///
    /// Messages of data exceptions (class 22), of broken constraints (23), of views' checks (44) and of external
    /// routines (38, 39) may quote values; of those only the SQLSTATE and the names are kept.
    func error(statement: String?, index: Int?) -> PostgresError {
        let mayQuoteValues = ["22", "23", "38", "39", "44"].contains(sqlState?.class ?? "")
        let kind: PostgresError.Kind = endsConnection || severity.isEmpty ? .connectionLost : .server
        var error = PostgresError(
            kind, mayQuoteValues ? "the server refused a value" : message, sqlState: sqlState)
        error.schema = schema
        error.table = table
        error.column = column
        error.constraint = constraint
        error.statement = statement
        error.statementIndex = index
        return error
    }
}
