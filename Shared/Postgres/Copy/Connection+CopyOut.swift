extension Connection {
    /// Runs a `COPY … TO STDOUT` when it is first iterated, and gives its rows as they arrive.
    ///
    /// Each element is one row in the format that the SQL asks for. Rows that nobody asks for stay on
    /// the server. The connection is the reader's until the last row; a reader that stops earlier
    /// leaves the rest to be cleared away by the next operation.
    package nonisolated func copyOut(_ sql: String) -> CopyOut {
        CopyOut(connection: self, sql: sql)
    }

    /// - Returns: The operation's number.
    func startCopyOut(_ sql: String) async throws(PostgresError) -> UInt64 {
        let number = try await enter(TransactionScope.scope(on: id), cancellable: true)
        do throws(PostgresError) {
            try await cancelling(number) { () throws(PostgresError) in
                try await startCopy(sql, expecting: .copyOut)
            }
            copy = .open(number)
            wire.pauseReading()
            return number
        } catch {
            await finishCopy()
            throw error
        }
    }

    /// The next rows, as many as are here; empty at the end, which ends the operation.
    func readCopy(_ number: UInt64) async throws(PostgresError) -> [[UInt8]] {
        do throws(PostgresError) {
            let rows = try await cancelling(number) { () throws(PostgresError) in try await takeRows(number) }
            if rows.isEmpty { await finishCopy() }
            return rows
        } catch {
            await finishCopy()
            throw error
        }
    }

    private func takeRows(_ number: UInt64) async throws(PostgresError) -> [[UInt8]] {
        var rows: [[UInt8]] = []
        if case .ending = copy {
            try await endCopyOut()
            return []
        }
        while rows.count < 1024 {
            hasRead = false
            switch wire.getCopy() {
            case .row(let row): rows.append(row)
            case .wait:
                guard rows.isEmpty else { return rows }
                guard !wire.isBroken else { throw lost() }
                wire.resumeReading()
                await wait(for: .copyRow)
            case .end:
                copy = .ending(number)
                if rows.isEmpty { try await endCopyOut() }
                return rows
            case .failed:
                wire.noteStatus()
                throw wire.isBroken ? lost() : unexpected("COPY's data")
            }
        }
        return rows
    }

    private func endCopyOut() async throws(PostgresError) {
        wire.resumeReading()
        if let failure = try await drainScript() { throw failure.asCancelled(operation.isCancelled) }
    }

    /// The reader has gone before the last row.
    nonisolated func abandonCopy(_ number: UInt64) {
        executor.run {
            self.assumeIsolated {
                guard $0.wire.isOpen else { return }
                switch $0.copy {
                case .open(number): $0.copy = .abandoned(atEnd: false)
                case .ending(number): $0.copy = .abandoned(atEnd: true)
                default: return
                }
                $0.operation.isRunning = false
                $0.turnstile.leave()
            }
        }
    }

    /// Ends a COPY OUT whose reader has gone: the server is told to stop, and what is under way is dropped.
    func clearAwayCopy() async throws(PostgresError) {
        guard case .abandoned(let atEnd) = copy else { return }
        copy = .none
        expire(operation.number, after: Self.patience)
        await stopServer()
        wire.resumeReading()
        if atEnd { _ = try await drainScript() }
        while !atEnd {
            hasRead = false
            switch wire.getCopy() {
            case .row: continue
            case .wait:
                guard !wire.isBroken else { throw lost() }
                await wait(for: .copyRow)
                wire.resumeReading()
                continue
            case .end: _ = try await drainScript()
            case .failed: throw unexpected("COPY's data")
            }
            break
        }
    }

    /// Runs `body`, asking the server to stop when the task is cancelled meanwhile.
    private func cancelling<Value: Sendable>(
        _ number: UInt64, _ body: () async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let outcome: Result<Value, PostgresError> = await withTaskCancellationHandler {
            do throws(PostgresError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            cancel(operation: number)
        }
        return try outcome.get()
    }
}
