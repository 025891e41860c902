import Postgres

// One batch: a look at the log, the body's work on it, and the position, which is committed with that work.
extension LogConsumer {
    /// What a transaction came to.
    private enum Held<Value: Sendable>: Sendable {
        case busy
        /// The position is not where it was remembered, or the server is not the one that was read from.
        case elsewhere(LogPosition)
        case caughtUp(ReadAhead.State)
        case handled(Value, LogLook, next: LogPosition)
    }

    func batch<Value: Sendable>(
        limit: Int, ifTaken contention: Contention, isParsing: Bool,
        _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        let limit = max(1, limit)
        var known = memory.take()
        if known.look?.limit != limit { known.look = nil }
        if known.look == nil, known.isBehind, let position = known.position {
            known.look = try await look(from: position, limit: limit, isParsing: isParsing)
        }
        if let look = known.look, !look.isEmpty {
            let outcome = try await handOver(look, contention, isParsing: isParsing, body)
            if let outcome { return await finish(outcome) }
            known = ReadAhead.State()
        }
        let held = try await lookAndHandOver(known, limit: limit, contention, body)
        switch held {
        case .busy, .elsewhere: return .busy
        case .caughtUp(let state):
            memory.put(state)
            return .caughtUp
        case .handled(_, let look, let next):
            memory.put(ReadAhead.State(at: next, after: look))
            return await finish(held)
        }
    }

    /// Works on what has been read already, and reads on meanwhile.
    ///
    /// - Returns: nil where the position stands elsewhere by now, or the server has been started anew.
    private func handOver<Value: Sendable>(
        _ look: LogLook, _ contention: Contention, isParsing: Bool,
        _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> Held<Value>? {
        let next = try look.next()
        async let ahead = look.isFull ? lookAhead(from: next, limit: look.limit, isParsing: isParsing) : nil
        let held: Held<Value> = try await pool.withConnection { connection in
            try await connection.transaction(opening: [take(contention)], closing: acknowledgement) {
                connection, taken in
                guard let row = taken.first?.first else { return .busy }
                let position = try LogPosition(row)
                guard position == look.position, try ServerRun(row, at: 6) == look.run else {
                    return .elsewhere(position)
                }
                let value = try await connection.beating { try await body(connection, look) }
                return .handled(value, look, next: next)
            }
        }
        switch held {
        case .handled:
            var state = ReadAhead.State(at: next, after: look)
            state.look = await ahead
            memory.put(state)
            return held
        case .busy, .caughtUp: return held
        case .elsewhere: return nil
        }
    }

    /// Takes the position and looks from where it stands, in one round trip where that is remembered.
    private func lookAndHandOver<Value: Sendable>(
        _ known: ReadAhead.State, limit: Int, _ contention: Contention,
        _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> Held<Value> {
        try await pool.withConnection { connection in
            if contention == .skip, let remembered = RememberedLook(of: known, by: self, limit: limit) {
                return try await connection.transaction(opening: [remembered.statement], closing: acknowledgement) {
                    connection, results in
                    if let look = try remembered.look(results.first) {
                        return try await handOver(look, connection, body)
                    }
                    let taken = try await connection.query(take(contention).sql, take(contention).bindings)
                    return try await lookAndHandOver(taken, nil, [], limit: limit, connection, body)
                }
            }
            let guess = known.position.map { statements(from: $0, limit: limit) }
            return try await connection.transaction(
                opening: [take(contention)] + (guess?.all ?? []), closing: acknowledgement
            ) { connection, results in
                try await lookAndHandOver(
                    results.first, guess, results.dropFirst(), limit: limit, connection, body)
            }
        }
    }

    /// - Parameters:
    ///   - taken: The answer of ``take(_:)``.
    ///   - guess: A look from where the position was thought to stand, and its answers.
    private func lookAndHandOver<Value: Sendable>(
        _ taken: ResultSet?, _ guess: LookStatements?, _ answers: ArraySlice<ResultSet>, limit: Int,
        _ connection: Connection, _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> Held<Value> {
        guard let row = taken?.first else { return .busy }
        let position = try LogPosition(row)
        if let guess, guess.position == position {
            return try await handOver(try guess.look(answers), connection, body)
        }
        return try await handOver(try await look(from: position, limit: limit, connection), connection, body)
    }

    /// Works on what a look has brought; where that is nothing, looks on as far as there may be something.
    private func handOver<Value: Sendable>(
        _ look: LogLook, _ connection: Connection, _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> Held<Value> {
        var look = look
        while look.isEmpty {
            let position = look.position
            // The first look of all is noted too: whoever waits for this consumer sees that it is there.
            guard look.mayContinue || position.number == 0 else {
                return .caughtUp(ReadAhead.State(at: position, after: look))
            }
            let next = try look.next()
            let statement = acknowledge(next)
            _ = try await connection.query(statement.sql, statement.bindings)
            guard look.mayContinue else { return .caughtUp(ReadAhead.State(at: next, after: look)) }
            look = try await self.look(from: next, limit: look.limit, connection)
        }
        let handed = look
        let value = try await connection.beating { try await body(connection, handed) }
        return .handled(value, handed, next: try handed.next())
    }

    /// The transaction's last statement travels with its COMMIT.
    private func acknowledgement<Value>(_ held: Held<Value>) -> [Statement] {
        guard case .handled(_, _, let next) = held else { return [] }
        return [acknowledge(next)]
    }

    private func statements(from position: LogPosition, limit: Int, isAlone: Bool = false) -> LookStatements {
        LookStatements(position: position, shard: shard, limit: limit, isAlone: isAlone)
    }

    private func look(
        from position: LogPosition, limit: Int, _ connection: Connection
    ) async throws(PostgresError) -> LogLook {
        let statements = statements(from: position, limit: limit)
        return try statements.look(try await connection.pipeline(statements.all)[...])
    }

    private func look(
        from position: LogPosition, limit: Int, isParsing: Bool
    ) async throws(PostgresError) -> LogLook {
        let statements = statements(from: position, limit: limit, isAlone: true)
        var look = try statements.look(try await pool.pipeline(statements.all)[...])
        if isParsing {
            look.parsed = Result { () throws(LogError) in try look.events() }
        }
        return look
    }

    /// As ``look(from:limit:isParsing:)``; nil where that fails, which the look that follows will tell.
    private func lookAhead(from position: LogPosition, limit: Int, isParsing: Bool) async -> LogLook? {
        // The error comes again, or doesn't matter.
        try? await look(from: position, limit: limit, isParsing: isParsing)
    }

    private func finish<Value>(_ held: Held<Value>) async -> BatchOutcome<Value> {
        guard case .handled(let value, let look, _) = held else { return .busy }
        if memory.isRotationDue() {
            do {
                _ = try await pool.pipeline([
                    .committingSoon, Statement("SELECT log.rotate_acks()"),
                ])
            } catch {
                // Positions grow by some pages; the next second tries again.
            }
        }
        return .handled(value, events: look.rows.count, isFull: look.isFull || look.mayContinue)
    }
}
