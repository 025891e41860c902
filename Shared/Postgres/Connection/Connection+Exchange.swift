// One pipeline: everything sent, one sync, everything received.
extension Connection {
    /// What became of a pipeline whose connection has lasted.
    struct Outcome {
        var results: [ResultSet] = []
        var failure: PostgresError?
        /// The failure is that of a prepared statement which must be prepared again.
        var isStale = false
    }

    /// A message that answers with results of its own.
    struct Step {
        let statement: Int
        let key: StatementCache.Key?
        /// The name to remember when this step prepares a statement.
        let preparing: String?
    }

    /// - Parameter postscript: Sent as well; where the statements succeed, its answer is still to be read (`trail`).
    func exchange(_ statements: [Statement], postscript: Postscript? = nil) async throws(PostgresError) -> Outcome {
        guard wire.enterPipeline() else { throw refused() }
        var steps: [Step] = []
        if let refusal = send(statements, steps: &steps) {
            // Without a sync the server undoes what it has got, and with the connection it forgets it.
            wire.fail()
            throw refusal
        }
        guard wire.sendSync() else {
            wire.fail()
            throw lost()
        }
        let trail: Trail? = if let postscript { try send(postscript) } else { nil }
        wire.flush()
        var outcome = Outcome()
        do throws(PostgresError) {
            for step in steps { try await receive(step, statements[step.statement], into: &outcome) }
            try await endPipeline(&outcome, isLast: trail == nil)
        } catch {
            trail?.postscript.completion(.failure(error))
            throw error
        }
        if let trail {
            if outcome.failure == nil { self.trail = trail } else { await finish(trail) }
        }
        return outcome
    }

    /// Takes the sync's answer. The sync commits what ran outside a transaction, and a commit can fail: then the
    /// server's error, which belongs to none of the statements, comes first.
    ///
    /// - Parameter isLast: Whether nothing was sent behind the sync.
    func endPipeline(_ outcome: inout Outcome, isLast: Bool = true) async throws(PostgresError) {
        var hasFailed = false
        while true {
            guard let result = try await takeResult() else {
                guard hasFailed else { break }
                hasFailed = false
                continue
            }
            switch result.status {
            case .pipelineSync where !isLast || wire.exitPipeline(): return
            case .error where !hasFailed && outcome.failure == nil:
                let failure = result.report.error(statement: nil, index: nil)
                if failure.kind == .connectionLost {
                    wire.fail()
                    throw failure
                }
                outcome.failure = failure
                hasFailed = true
                continue
            default: break
            }
            break
        }
        wire.noteStatus()
        throw wire.isBroken ? lost() : unexpected("expected the pipeline's end")
    }

    /// - Returns: Why libpq took no more than the steps, if it didn't.
    func send(_ statements: [Statement], steps: inout [Step]) -> PostgresError? {
        var pending: [StatementCache.Key: String] = [:]
        for (index, statement) in statements.enumerated() {
            let parameters = Parameters(statement.bindings)
            guard statement.isCached, cache.limit > 0 else {
                guard wire.sendUnprepared(statement.sql, parameters) else { return refused() }
                steps.append(Step(statement: index, key: nil, preparing: nil))
                continue
            }
            let key = StatementCache.Key(sql: statement.sql, types: parameters.types)
            let name: String
            if let known = cache.name(of: key) ?? pending[key] {
                name = known
            } else {
                name = cache.newName()
                pending[key] = name
                guard wire.sendPrepare(name, statement.sql, types: parameters.types) else { return refused() }
                steps.append(Step(statement: index, key: key, preparing: name))
            }
            guard wire.sendPrepared(name, parameters) else { return refused() }
            steps.append(Step(statement: index, key: key, preparing: nil))
        }
        return nil
    }

    func receive(
        _ step: Step, _ statement: Statement, into outcome: inout Outcome
    ) async throws(PostgresError) {
        while let result = try await takeResult() {
            switch result.status {
            case .rows, .command, .empty:
                if let name = step.preparing, let key = step.key {
                    cache.insert(key, name: name)
                } else {
                    outcome.results.append(result.copyRows())
                }
            case .error:
                let report = result.report
                let failure = report.error(statement: statement.sql, index: step.statement)
                if failure.kind == .connectionLost {
                    // The server has said why it goes; the end of the connection will follow.
                    wire.fail()
                    throw failure
                }
                if report.isStalePlan, let key = step.key {
                    // A name that the server doesn't know: somebody has run DISCARD or DEALLOCATE ALL.
                    if report.sqlState == .invalidStatementName { cache.removeAll() } else { cache.remove(key) }
                    outcome.isStale = outcome.failure == nil
                }
                outcome.failure = outcome.failure ?? failure
            case .pipelineAborted: break
            case .copyIn, .copyOut: throw unexpected("COPY runs through copyIn and copyOut")
            case .pipelineSync, .other: throw unexpected("a result out of turn")
            }
        }
    }
}
