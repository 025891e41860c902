// Statements in libpq's pipeline mode: each call is one round trip, whatever it sends.
extension Connection {
    /// Runs one statement and returns its rows.
    ///
    /// The statement stays prepared on the connection. If DDL has made its plan useless, it is
    /// prepared again, outside a transaction without the caller's noticing.
    ///
    /// - Throws: ``PostgresError``. Outside a transaction a lost connection means `outcomeUnknown`.
    package nonisolated func query(
        _ sql: String, _ bindings: [Binding] = []
    ) async throws(PostgresError) -> ResultSet {
        try await onThread { connection throws(PostgresError) in
            let results = try await connection.perform { () throws(PostgresError) in
                try await connection.run([Statement(sql, bindings)], isPipeline: false)
            }
            guard let result = results.first else { throw connection.unexpected("no result") }
            return result
        }
    }

    /// Runs one statement.
    /// - Returns: The rows that it inserted, updated, deleted or selected; 0 for other commands.
    @discardableResult
    package nonisolated func execute(_ sql: String, _ bindings: [Binding] = []) async throws(PostgresError) -> Int {
        try await query(sql, bindings).affectedRows
    }

    /// Runs the statements in one round trip, and outside a transaction as one.
    ///
    /// Fails as a whole at the first error, whose `statementIndex` names the statement; those after it
    /// have not run. Transaction control (BEGIN, COMMIT, …) doesn't belong in a pipeline.
    ///
    /// - Returns: One result for each statement, in their order.
    package nonisolated func pipeline(_ statements: [Statement]) async throws(PostgresError) -> [ResultSet] {
        guard !statements.isEmpty else { return [] }
        return try await onThread { connection throws(PostgresError) in
            try await connection.perform { () throws(PostgresError) in
                try await connection.run(statements, isPipeline: true)
            }
        }
    }

    /// Runs SQL text of several statements, without values and without results: for migrations.
    ///
    /// Without BEGIN in it, the statements run as one transaction.
    package func script(_ sql: String) async throws(PostgresError) {
        try await perform { () throws(PostgresError) in
            try await sendOpeners()
            let isAtomic = wire.transactionStatus == .idle
            guard !sql.utf8.contains(0), wire.sendScript(sql) else { throw refused() }
            wire.flush()
            do throws(PostgresError) {
                if let failure = try await drainScript() { throw failure }
            } catch {
                throw error.losing(unknown: isAtomic)
            }
        }
    }

    /// Takes a script's results to the end; answers COPY, which has no place in it, with a refusal.
    func drainScript() async throws(PostgresError) -> PostgresError? {
        var failure: PostgresError?
        while let result = try await takeResult() {
            switch result.status {
            case .error:
                let report = result.report
                failure = failure ?? report.error(statement: nil, index: nil)
                if report.endsConnection { wire.fail() }
            case .copyIn:
                _ = wire.endCopy(reason: "COPY FROM STDIN has no data in a script")
                wire.flush()
            case .copyOut:
                failure = PostgresError(.protocol, "COPY TO STDOUT has no reader in a script")
                wire.fail()
            default: break
            }
            if wire.isBroken { return failure ?? lost() }
        }
        return failure
    }

    /// Sends the statements with whatever transactions are still to be opened, in one exchange.
    func run(
        _ statements: [Statement], isPipeline: Bool, commits: Bool = false, postscript: Postscript? = nil
    ) async throws(PostgresError) -> [ResultSet] {
        // Asked before the first is sent: what stands before a refused statement would be committed with the sync.
        guard statements.allSatisfy(\.isSendable), postscript?.statement.isSendable ?? true else {
            throw PostgresError(.protocol, "expected at most 65535 values and SQL without U+0000")
        }
        let before = wire.transactionStatus
        let opening = openers.map(\.statement)
        if before != .failed { try await evictStatements() }
        openers = []
        let isAlone = before == .idle && opening.isEmpty
        do throws(PostgresError) {
            var outcome = try await exchange(opening + statements, postscript: postscript)
            if outcome.isStale && before == .idle && !operation.isCancelled {
                if wire.transactionStatus != .idle { _ = try await exchange([Statement("ROLLBACK", isCached: false)]) }
                outcome = try await exchange(opening + statements, postscript: postscript)
            }
            if var failure = outcome.failure {
                failure.statementIndex = isPipeline ? failure.statementIndex.map { $0 - opening.count } : nil
                throw failure
            }
            return Array(outcome.results.dropFirst(opening.count))
        } catch {
            throw error.losing(unknown: commits || isAlone)
        }
    }

    /// Opens the transactions that wait for their first statement; for what can't travel with them.
    func sendOpeners() async throws(PostgresError) {
        if !openers.isEmpty { _ = try await run([], isPipeline: false) }
    }

    private func evictStatements() async throws(PostgresError) {
        let names = cache.evict()
        guard !names.isEmpty else { return }
        let outcome = try await exchange(names.map { Statement("DEALLOCATE \($0)", isCached: false) })
        // Somebody has run DISCARD or DEALLOCATE ALL: then nothing is prepared any more.
        if outcome.failure != nil { cache.removeAll() }
    }

    func unexpected(_ what: String) -> PostgresError {
        wire.fail()
        return PostgresError(.protocol, "unexpected answer: \(what)")
    }

    /// libpq did not take what it was given.
    func refused() -> PostgresError {
        wire.noteStatus()
        if wire.isBroken { return lost() }
        return PostgresError(.protocol, "libpq refused the statement: \(wire.errorMessage)")
    }
}

extension PostgresError {
    /// The same error, noting for a lost connection whether the effect is unknown.
    func losing(unknown: Bool) -> PostgresError {
        guard kind == .connectionLost || kind == .closed else { return self }
        var error = self
        error.outcomeUnknown = unknown
        return error
    }
}

extension Connection {
    /// Whether the server answers in time, and what runs on the connection ends in time; one on which not is closed.
    package func answers(within limit: Duration) async -> Bool {
        lastTicket += 1
        let check = lastTicket
        openCheck = check
        // The turn is waited for as well: a postscript may still have it.
        executor.after(limit) { [weak self] in
            self?.assumeIsolated { if $0.openCheck == check { $0.shut() } }
        }
        defer { if openCheck == check { openCheck = nil } }
        do throws(PostgresError) {
            _ = try await perform { () throws(PostgresError) in
                try await run([Statement("SELECT 1")], isPipeline: false)
            }
            return true
        } catch {
            shut()
            return false
        }
    }
}
