import Logging

extension Connection {
    /// Runs `body` in a transaction and commits it; inside a transaction of this connection, in a savepoint.
    ///
    /// When `body` throws, or the task is cancelled before the commit, everything is rolled back; a
    /// connection on which that fails is closed. Statements of other tasks on this connection wait
    /// until the transaction has ended. BEGIN travels with the first statement, so `now()` is that moment.
    ///
    /// - Throws: What `body` throws, or ``PostgresError``. When the answer to COMMIT is lost, its
    ///   `outcomeUnknown` is true. A `body` that swallows a statement's error does not commit: that
    ///   throws SQLSTATE 25P02.
    @discardableResult
    package nonisolated func transaction<Value>(
        isolation: IsolationLevel? = nil, readOnly: Bool = false, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await transact(
            after: nil, isolation: isolation, readOnly: readOnly, opening: [], closing: { _ in [] },
            { connection, _ in try await body(connection) })
    }

    /// As ``transaction(isolation:readOnly:_:)``; the statements of `opening` are its first, in one round trip with BEGIN,
    /// and those of `closing` its last, in one round trip with COMMIT.
    ///
    /// - Parameters:
    ///   - pause: Waited for before the transaction begins, on the connection's thread: between its end and the first
    ///     statement lies no change of threads. Whoever sleeps until there is something to do sleeps here.
    ///   - closing: Given what `body` returned. Their rows are not to be had; where one fails, nothing is committed.
    ///   - body: Given the results of `opening`.
    @discardableResult
    package nonisolated func transaction<Value>(
        after pause: (@Sendable () async -> Void)? = nil, opening: [Statement], closing: (Value) -> [Statement],
        _ body: (Connection, [ResultSet]) async throws -> Value
    ) async throws -> Value {
        try await transact(
            after: pause, isolation: nil, readOnly: false, opening: opening, closing: closing, body)
    }

    private nonisolated func transact<Value>(
        after pause: (@Sendable () async -> Void)?, isolation: IsolationLevel?, readOnly: Bool, opening: [Statement],
        closing: (Value) -> [Statement],
        _ body: (Connection, [ResultSet]) async throws -> Value
    ) async throws -> Value {
        let (scope, opened) = try await onThread(after: pause) { connection throws(PostgresError) in
            try await connection.begin(isolation: isolation, readOnly: readOnly, opening)
        }
        let value: Value
        do {
            if Task.isCancelled { throw PostgresError.cancelled() }
            let results = try opened.get()
            let inside = TransactionScope.current + [TransactionScope.Entry(connection: id, scope: scope)]
            value = try await TransactionScope.$current.withValue(inside) { try await body(self, results) }
            if Task.isCancelled { throw PostgresError.cancelled() }
            let last = closing(value)
            try await onThread { connection throws(PostgresError) in try await connection.commit(scope, after: last) }
        } catch {
            await rollBack(scope)
            throw error
        }
        return value
    }

    /// - Returns: The transaction, which is open whatever became of its first statements, and what they answered.
    private func begin(
        isolation: IsolationLevel?, readOnly: Bool, _ opening: [Statement]
    ) async throws(PostgresError) -> (Turnstile.Scope, Result<[ResultSet], PostgresError>) {
        try await perform { () throws(PostgresError) in
            let isOutermost = wire.transactionStatus == .idle && openers.isEmpty
            let scope = turnstile.push()
            var sql = isOutermost ? "BEGIN" : "SAVEPOINT onus_\(scope)"
            if isOutermost, let isolation { sql += " ISOLATION LEVEL \(isolation.rawValue)" }
            if isOutermost && readOnly { sql += " READ ONLY" }
            openers.append(Opener(scope: scope, statement: Statement(sql, isCached: isOutermost)))
            if isOutermost { outermost = scope }
            guard !opening.isEmpty else { return (scope, .success([])) }
            do throws(PostgresError) {
                return (scope, .success(try await run(opening, isPipeline: true)))
            } catch {
                return (scope, .failure(error))
            }
        }
    }

    private func commit(_ scope: Turnstile.Scope, after closing: [Statement]) async throws(PostgresError) {
        try await perform(in: scope, cancellable: false) { () throws(PostgresError) in
            if closing.isEmpty, openers.contains(where: { $0.scope == scope }) {
                // No statement ran: nothing has been opened, and nothing is to be closed.
                openers.removeAll { $0.scope >= scope }
            } else if scope == outermost {
                let answer = try await run(
                    closing + [Statement("COMMIT")], isPipeline: false, commits: true)
                guard answer.last?.commandTag == "COMMIT" else {
                    throw PostgresError(
                        .server, "a statement of the transaction had failed, so it was rolled back",
                        sqlState: .inFailedTransaction)
                }
            } else {
                _ = try await run(
                    closing + [Statement("RELEASE SAVEPOINT onus_\(scope)", isCached: false)], isPipeline: false)
            }
            turnstile.pop(scope)
        }
    }

    /// Never fails: a connection that can't be rolled back is closed, which rolls back too.
    private func rollBack(_ scope: Turnstile.Scope) async {
        do throws(PostgresError) {
            guard turnstile.isOpen(scope) else { return }
            try await perform(in: scope, cancellable: false, limit: Self.patience) { () throws(PostgresError) in
                defer { turnstile.pop(scope) }
                if openers.contains(where: { $0.scope == scope }) {
                    openers.removeAll { $0.scope >= scope }
                    return
                }
                openers.removeAll { $0.scope >= scope }
                guard wire.transactionStatus != .idle else { return }
                let statements =
                    scope == outermost
                    ? ["ROLLBACK"] : ["ROLLBACK TO SAVEPOINT onus_\(scope)", "RELEASE SAVEPOINT onus_\(scope)"]
                _ = try await run(statements.map { Statement($0, isCached: false) }, isPipeline: true)
            }
        } catch {
            logger.debug(
                "Connection closed as its transaction could not be rolled back", metadata: ["error": "\(error)"])
            turnstile.pop(scope)
            shut()
        }
    }
}
