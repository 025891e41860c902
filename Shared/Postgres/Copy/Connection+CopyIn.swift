extension Connection {
    /// Runs a `COPY … FROM STDIN` with the pieces of data that the sequence gives, however it cuts them.
    ///
    /// The next piece is asked for when the socket has taken the last one. When the sequence throws, or
    /// the task is cancelled, the server is told to fail the COPY, and the error is thrown. When the server
    /// refuses a row, no further piece is asked for (over TLS, where that can't be seen: when all are sent).
    ///
    /// - Returns: The number of rows copied.
    /// - Throws: What the sequence throws, or ``PostgresError``.
    @discardableResult
    package nonisolated func copyIn<Pieces: AsyncSequence>(
        _ sql: String, _ pieces: Pieces
    ) async throws -> Int where Pieces.Element == [UInt8] {
        let number = try await enter(TransactionScope.scope(on: id), cancellable: true)
        let outcome: Result<Int, any Error> = await withTaskCancellationHandler {
            do {
                try await startCopyIn(sql, number)
                var isRefused = false
                do {
                    for try await piece in pieces {
                        if Task.isCancelled { break }
                        isRefused = try await !put(piece)
                        if isRefused { break }
                    }
                    // A cancelled sequence may just end: that must not pass for the end of the data.
                    if Task.isCancelled { throw PostgresError.cancelled() }
                } catch {
                    _ = try await endCopyIn(failing: "the sender has no more data")
                    throw error
                }
                let end = try await endCopyIn(failing: isRefused ? "the server has refused a row" : nil)
                if let failure = end.failure { throw failure }
                return .success(end.rows)
            } catch {
                return .failure(error)
            }
        } onCancel: {
            cancel(operation: number)
        }
        await finishCopy()
        return try outcome.get()
    }

    private func startCopyIn(_ sql: String, _ number: UInt64) async throws(PostgresError) {
        try await startCopy(sql, expecting: .copyIn)
        copy = .sending(number)
    }

    /// Sends COPY and takes its first answer.
    func startCopy(_ sql: String, expecting status: PGResult.Status) async throws(PostgresError) {
        guard !wire.isBroken else { throw lost() }
        try await clearAwayCopy()
        try await sendOpeners()
        guard !sql.utf8.contains(0), wire.sendScript(sql) else { throw refused() }
        wire.flush()
        guard let result = try await takeResult() else { throw unexpected("no result for COPY") }
        if result.status == status { return }
        let failure =
            result.status == .error
            ? result.report.error(statement: sql, index: nil)
            : PostgresError(.protocol, "expected COPY with the data on this connection")
        switch result.status {
        case .error, .rows, .command, .empty: _ = try await drainScript()
        default: wire.fail()
        }
        throw failure
    }

    /// - Returns: False where the server has refused what came before; it takes nothing more.
    private func put(_ piece: [UInt8]) async throws(PostgresError) -> Bool {
        // libpq counts in 32 bits, and so much at once would only fill its buffer.
        var start = 0
        while start < piece.count {
            if case .refused = copy { return false }
            let end = min(piece.count, start + 1 << 20)
            let part = start == 0 && end == piece.count ? piece : Array(piece[start..<end])
            while !wire.putCopy(part) {
                guard wire.isOpen, !wire.isBroken, wire.hasUnsentBytes else { throw refused() }
                await wait(for: .flush)
            }
            wire.flush()
            while wire.hasUnsentBytes && !wire.isBroken { await wait(for: .flush) }
            guard !wire.isBroken else { throw lost() }
            start = end
        }
        return true
    }

    /// Ends the data.
    /// - Returns: The rows that the server took, or its error; with a reason there is one.
    private func endCopyIn(
        failing reason: String?
    ) async throws(PostgresError) -> (rows: Int, failure: PostgresError?) {
        guard !wire.isBroken else { throw lost() }
        guard wire.endCopy(reason: reason) else { throw refused() }
        wire.flush()
        var rows = 0
        var failure: PostgresError?
        while let result = try await takeResult() {
            if case .error = result.status {
                let report = result.report
                failure = failure ?? report.error(statement: nil, index: nil)
                if report.endsConnection { wire.fail() }
            } else {
                rows = result.affectedRows
            }
        }
        return (rows, failure?.asCancelled(operation.isCancelled))
    }

    /// Ends the operation that copied.
    func finishCopy() async {
        copy = .none
        wire.resumeReading()
        await leave()
    }
}

extension PostgresError {
    /// The server's word that a statement was cancelled, as the cancelled task sees it.
    func asCancelled(_ isCancelled: Bool) -> PostgresError {
        guard isCancelled, sqlState == .queryCancelled else { return self }
        var error = self
        error.kind = .cancelled
        return error
    }
}
