/// A statement that is sent right behind others and that nobody waits for; see ``Connection/pipeline(_:postscript:)``.
package struct Postscript: Sendable {
    let statement: Statement
    let completion: @Sendable (Result<ResultSet, PostgresError>) -> Void

    /// - Parameter completion: Told on the connection's own thread what became of it, each time that it was sent: again
    ///   where the statements before it had to be prepared anew. After a failure it may have run or not.
    package init(_ statement: Statement, completion: @escaping @Sendable (Result<ResultSet, PostgresError>) -> Void) {
        self.statement = statement
        self.completion = completion
    }
}
