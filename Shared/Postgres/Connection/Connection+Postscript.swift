import Synchronization

// A pipeline whose answer doesn't wait for its last statement.
extension Connection {
    /// A postscript that has been sent and whose answer is still to be read.
    struct Trail {
        let postscript: Postscript
        let steps: [Step]
    }

    /// As ``pipeline(_:)``, outside a transaction, with a statement behind it that is a transaction of its own: it travels
    /// with the others, and the server runs it as soon as theirs has ended, whether it was committed or not.
    ///
    /// Returns when the others have been answered. The connection can be lent on at once; what is asked of it waits for
    /// the postscript.
    package nonisolated func pipeline(
        _ statements: [Statement], postscript: Postscript?
    ) async throws(PostgresError) -> [ResultSet] {
        guard let postscript else { return try await pipeline(statements) }
        return try await onThread { connection throws(PostgresError) in
            try await connection.perform { () throws(PostgresError) in
                guard connection.wire.transactionStatus == .idle, connection.openers.isEmpty else {
                    throw PostgresError(.protocol, "a postscript stands behind no open transaction")
                }
                return try await connection.run(statements, isPipeline: true, postscript: postscript)
            }
        }
    }

    /// Sends a postscript behind a pipeline that has been sent.
    func send(_ postscript: Postscript) throws(PostgresError) -> Trail {
        var steps: [Step] = []
        guard send([postscript.statement], steps: &steps) == nil, wire.sendSync() else {
            wire.fail()
            throw lost()
        }
        return Trail(postscript: postscript, steps: steps)
    }

    /// Reads the answer to a postscript and tells it.
    func finish(_ trail: Trail) async {
        var outcome = Outcome()
        let result: Result<ResultSet, PostgresError>
        do throws(PostgresError) {
            for step in trail.steps { try await receive(step, trail.postscript.statement, into: &outcome) }
            try await endPipeline(&outcome)
            result =
                outcome.failure.map { .failure($0) } ?? outcome.results.first.map { .success($0) }
                ?? .failure(unexpected("no result"))
        } catch {
            result = .failure(error)
        }
        trail.postscript.completion(result)
    }

    /// Ends an operation that has left a postscript: its caller goes on, and the turn is given on once it is answered.
    func leave(behind trail: Trail) {
        if let answerTimeout { operation.deadline = .now + answerTimeout }
        published.store(Condition.finishing.rawValue, ordering: .releasing)
        // A task without a parent, since whoever sent it doesn't wait. It ends with the answer or with the connection.
        Task(executorPreference: executor) {
            await self.finish(trail)
            await self.leave()
        }
    }
}
