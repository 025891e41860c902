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
        try await besideRotation {
            try await self.work(limit: limit, ifTaken: contention, isParsing: isParsing, body)
        }
    }

    /// Works on the next batch, and sleeps before it where nothing is known to be unread.
    func batch<Value: Sendable>(
        limit: Int, after sleeper: Sleeper, _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        try await besideRotation { try await self.work(limit: limit, after: sleeper, body) }
    }

    /// Works on a batch, and where it is time has the positions' tables rotate meanwhile: no event of that batch waits for it.
    private func besideRotation<Value: Sendable>(
        _ work: () async throws -> BatchOutcome<Value>
    ) async throws -> BatchOutcome<Value> {
        guard memory.isRotationDue() else { return try await work() }
        async let rotation: Void = rotate()
        let outcome: BatchOutcome<Value>
        do {
            outcome = try await work()
        } catch {
            // Left alone it is cancelled, and its connection lost.
            if !Self.isAway(error) { await rotation }
            throw error
        }
        await rotation
        return outcome
    }

    /// Whether the database may be away, and with it every answer that is still under way.
    private static func isAway(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError else { return false }
        // Closed: where the heart that beats beside the body was the first to hear of it.
        return error.isConnectionLoss || error.kind == .closed
    }

    private func rotate() async {
        do {
            _ = try await pool.pipeline([.committingSoon, Statement("SELECT log.rotate_acks()")])
        } catch {
            // Positions grow by some pages; the next second tries again.
        }
    }

    private func work<Value: Sendable>(
        limit: Int, ifTaken contention: Contention, isParsing: Bool,
        _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        let limit = max(1, limit)
        var known = memory.take()
        if let look = known.looks.first, look.limit > limit { known.looks = [] }
        if known.looks.isEmpty, known.isBehind, let position = known.position {
            known.looks = [
                try await look(
                    from: position, settled: known.settled, limit: memory.page(atMost: limit), isParsing: isParsing)
            ]
        }
        if let look = known.looks.first, !look.isEmpty {
            let outcome = try await handOver(
                look, known.looks.dropFirst(), limit: limit, contention, isParsing: isParsing, body)
            if let outcome { return finish(outcome) }
            known = ReadAhead.State()
        }
        return conclude(try await lookAndHandOver(known, limit: memory.page(atMost: limit), contention, body))
    }

    private func work<Value: Sendable>(
        limit: Int, after sleeper: Sleeper, _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        let known = memory.peek()
        if known.isQuiet {
            if let connection = sleeper.connection,
                let remembered = RememberedLook(of: known, by: self, limit: memory.page(atMost: max(1, limit)))
            {
                let outcome = try await work(remembered, on: connection, after: sleeper, body)
                if let outcome { return outcome }
            }
            if try await sleeper.lieDown(unless: hasUnread) { await sleeper.rest() }
        }
        return try await work(limit: limit, ifTaken: .skip, isParsing: true, body)
    }

    /// Sleeps and works on what comes, on the connection that is listened on: its thread is the one that hears, what asks for
    /// the batch lies ready there, and a body that has little to do stays there.
    ///
    /// - Returns: nil where no batch was tried: something is not as remembered, or the connection has ended.
    private func work<Value: Sendable>(
        _ remembered: RememberedLook, on connection: Connection, after sleeper: Sleeper,
        _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> BatchOutcome<Value>? {
        var hasBegun = false
        do {
            return try await connection.keepingThread {
                // One transaction: a sequence's number is seen by all at once, and what is asked then sees what came before.
                let answers = try await connection.pipeline([sleeper.marking, remembered.glance])
                try sleeper.note(answers[0])
                guard !answers[1].isEmpty else { return nil }
                _ = memory.take()
                // Beyond the first row come events, for which there is no sleep.
                let isAsleep = answers[1].count == 1
                let sleep: @Sendable () async -> Void = { if isAsleep { await sleeper.rest() } }
                let held = try await connection.transaction(
                    after: sleep, opening: [remembered.statement], closing: acknowledgement
                ) { connection, results in
                    hasBegun = true
                    return try await lookAndHandOver(results, remembered, .skip, connection) { connection, look in
                        if look.rows.count <= Self.few { return try await body(connection, look) }
                        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
                            try await body(connection, look)
                        }
                    }
                }
                return conclude(held, isQuiet: isAsleep && sleeper.lastNap >= Self.long)
            }
        } catch let error as PostgresError where !hasBegun && [.connectionLost, .closed].contains(error.kind) {
            // Only the ear is lost; the pool tells of the database.
            return nil
        }
    }

    /// Events whose handler computes little.
    private static let few = 16
    /// Who has slept for so long, and was woken for a batch that isn't full, sleeps again without another look: so events are
    /// rare enough that their writers may find it asleep each time.
    private static let long = Duration.milliseconds(2)

    /// - Parameter isQuiet: Whether nothing is expected to be unread after what was handled.
    private func conclude<Value: Sendable>(
        _ held: Held<Value>, isQuiet: Bool = false
    ) -> BatchOutcome<Value> {
        switch held {
        case .busy, .elsewhere: return .busy
        case .caughtUp(var state):
            state.isQuiet = !state.isBehind
            memory.put(state)
            return .caughtUp
        case .handled(_, let look, let next):
            var state = ReadAhead.State(at: next, after: look)
            state.isQuiet = isQuiet && !state.isBehind
            memory.put(state)
            return finish(held)
        }
    }

    /// Works on what has been read already, and reads on meanwhile.
    ///
    /// - Parameters:
    ///   - following: Looks from where that ends.
    ///   - limit: Events that the pages to come may have.
    /// - Returns: nil where the position stands elsewhere by now, or the server has been started anew.
    private func handOver<Value: Sendable>(
        _ look: LogLook, _ following: ArraySlice<LogLook>, limit: Int, _ contention: Contention, isParsing: Bool,
        _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> Held<Value>? {
        let next = try look.next()
        memory.note(look)
        let page = memory.page(atMost: limit)
        async let ahead =
            look.isFull && following.isEmpty
            ? looksAhead(from: next, settled: look.settled, limit: page, isParsing: isParsing) : Array(following)
        let held: Held<Value>
        do {
            held = try await pool.withConnection { connection in
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
        } catch {
            // Left alone they are cancelled, and their connections lost.
            if !Self.isAway(error) { _ = await ahead }
            throw error
        }
        switch held {
        case .handled:
            var state = ReadAhead.State(at: next, after: look)
            state.looks = await ahead
            memory.put(state)
            return held
        case .busy, .caughtUp:
            _ = await ahead
            return held
        case .elsewhere:
            _ = await ahead
            return nil
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
                    try await lookAndHandOver(results, remembered, contention, connection, body)
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

    /// - Parameter results: Of the remembered look; where something is not as remembered, nothing is assumed.
    private func lookAndHandOver<Value: Sendable>(
        _ results: [ResultSet], _ remembered: RememberedLook, _ contention: Contention, _ connection: Connection,
        _ body: (Connection, LogLook) async throws -> Value
    ) async throws -> Held<Value> {
        if let look = try remembered.look(results.first) { return try await handOver(look, connection, body) }
        let taken = try await connection.query(take(contention).sql, take(contention).bindings)
        return try await lookAndHandOver(taken, nil, [], limit: remembered.limit, connection, body)
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
        memory.note(handed)
        let value = try await connection.beating { try await body(connection, handed) }
        return .handled(value, handed, next: try handed.next())
    }

    /// The transaction's last statement travels with its COMMIT.
    private func acknowledgement<Value>(_ held: Held<Value>) -> [Statement] {
        guard case .handled(_, _, let next) = held else { return [] }
        return [acknowledge(next)]
    }

    private func statements(
        from position: LogPosition, settled: SettledMonths? = nil, limit: Int, isAlone: Bool = false
    ) -> LookStatements {
        LookStatements(position: position, shard: shard, settled: settled, limit: limit, isAlone: isAlone)
    }

    private func look(
        from position: LogPosition, limit: Int, _ connection: Connection
    ) async throws(PostgresError) -> LogLook {
        let statements = statements(from: position, limit: limit)
        return try statements.look(try await connection.pipeline(statements.all)[...])
    }

    private func look(
        from position: LogPosition, settled: SettledMonths?, limit: Int, isParsing: Bool
    ) async throws(PostgresError) -> LogLook {
        let statements = statements(from: position, settled: settled, limit: limit, isAlone: true)
        var look = try statements.look(try await pool.pipeline(statements.all)[...])
        if let settled, settled.run != look.run {
            return try await self.look(from: position, settled: nil, limit: limit, isParsing: isParsing)
        }
        if isParsing { look.parse(look.rows) }
        return look
    }

    /// The next page and the one behind it, read at once over two connections: the server gives a connection one core, and
    /// takes longer to send a page than a consumer that does little to receive it.
    ///
    /// - Returns: None where that fails, which the look that follows will tell.
    private func looksAhead(
        from position: LogPosition, settled: SettledMonths?, limit: Int, isParsing: Bool
    ) async -> [LogLook] {
        async let next = look(from: position, settled: settled, limit: limit, isParsing: isParsing)
        async let beyond = lookBeyond(position, settled: settled, limit: limit, isParsing: isParsing)
        // Where that fails, the other one is not waited for.
        guard let page = try? await next else { return [] }
        guard let second = try? await beyond?.page(after: page), page.isFull else { return [page] }
        return [page, second]
    }

    /// The page behind the next one, with the last event of that. What is looked up to must have been decided before.
    private func lookBeyond(
        _ position: LogPosition, settled: SettledMonths?, limit: Int, isParsing: Bool
    ) async -> LogLook? {
        var statements = statements(from: position, settled: settled, limit: limit, isAlone: true)
        // Of three connections the batch and the next page have two, and others want one.
        guard position.target != nil, limit > 1, statements.isPlain, pool.metrics.limit > 3 else { return nil }
        statements.isBeyond = true
        // A look of its own will tell, or nobody needs it.
        guard let results = try? await pool.pipeline(statements.all), var look = try? statements.look(results[...]),
            settled == nil || settled?.run == look.run
        else { return nil }
        if isParsing { look.parse(look.rows.dropFirst()) }
        return look
    }

    private func finish<Value>(_ held: Held<Value>) -> BatchOutcome<Value> {
        guard case .handled(let value, let look, _) = held else { return .busy }
        memory.noteAcknowledgement()
        return .handled(value, events: look.rows.count, isFull: look.isFull || look.mayContinue)
    }
}
