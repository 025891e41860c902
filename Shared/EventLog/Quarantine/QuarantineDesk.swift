package import Models
package import Postgres

/// An operator's work on rejected events: look, correct, release into the log, discard.
///
/// Source: `log.quarantine` (V0002, V0066, V0099), `hook.hook` (V0064); how things stand: ``StateAppend``.
package struct QuarantineDesk: Sendable {
    /// Makes events of a vendor's call; throws ``Problem`` where it makes none.
    package typealias HookTranslation = @Sendable (KeptCall) throws(Problem) -> TranslatedCall

    private let connection: Connection
    private let organization: OrganizationID

    /// - Parameter connection: Works for `organization` (`onus.organization_id` is set), as the owner, ingestion or,
    ///   save for releasing, the console.
    package init(_ connection: Connection, organization: OrganizationID) {
        self.connection = connection
        self.organization = organization
    }

    /// The rows in a state, oldest first.
    ///
    /// - Parameters:
    ///   - after: Begin after this row; 0: at the first.
    ///   - limit: At most so many; each may hold half a megabyte of text.
    package func list(
        _ state: QuarantinedEvent.State, after: Int64 = 0, limit: Int
    ) async throws(PostgresError) -> [QuarantinedEvent] {
        let rows = try await connection.query(
            Self.selectSQL + " WHERE organization_id = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4",
            [.int4(organization.rawValue), .text(state.rawValue), .int8(after), .int4(Int32(clamping: limit))])
        var events: [QuarantinedEvent] = []
        for row in rows { events.append(try Self.event(row)) }
        return events
    }

    /// The numbers of the rows in a state, oldest first: for work on many, whose texts nobody needs at once.
    package func numbers(
        _ state: QuarantinedEvent.State, after: Int64 = 0, limit: Int
    ) async throws(PostgresError) -> [Int64] {
        try await connection.query(
            "SELECT id FROM log.quarantine WHERE organization_id = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4",
            [.int4(organization.rawValue), .text(state.rawValue), .int8(after), .int4(Int32(clamping: limit))]
        ).map { row throws(PostgresError) in try row.int8(0) }
    }

    /// How many are in a state, at most `limit`.
    package func count(_ state: QuarantinedEvent.State, limit: Int) async throws(PostgresError) -> Int {
        let rows = try await connection.query(
            """
            SELECT count(*) FROM (
                SELECT FROM log.quarantine WHERE organization_id = $1 AND state = $2 LIMIT $3
            ) AS some
            """,
            [.int4(organization.rawValue), .text(state.rawValue), .int4(Int32(clamping: limit))])
        return Int(try rows.only().int8(0))
    }

    /// - Returns: `nil` where there is no such row.
    package func find(_ id: Int64) async throws(PostgresError) -> QuarantinedEvent? {
        let rows = try await connection.query(
            Self.selectSQL + " WHERE organization_id = $1 AND id = $2", [.int4(organization.rawValue), .int8(id)])
        guard let row = rows.first else { return nil }
        return try Self.event(row)
    }

    /// Keeps a corrected text beside the original. Nothing is stored in the log yet.
    ///
    /// - Parameter text: From ``Correction``.
    /// - Returns: Whether it was held until now.
    package func fix(_ id: Int64, text: Correction) async throws(PostgresError) -> Bool {
        try await connection.execute(
            "UPDATE log.quarantine SET fixed = $3 WHERE organization_id = $1 AND id = $2 AND state = 'held'",
            [.int4(organization.rawValue), .int8(id), .text(text.text)]) == 1
    }

    /// Asks ingestion to store what is held.
    ///
    /// - Returns: Whether it was held until now, with a text.
    package func approve(_ id: Int64, by settler: String) async throws(PostgresError) -> Bool {
        try await connection.execute(
            """
            UPDATE log.quarantine SET state = 'approved', settled = now(), settled_by = $3
            WHERE organization_id = $1 AND id = $2 AND state = 'held' AND coalesce(fixed, body) IS NOT NULL
            """,
            [.int4(organization.rawValue), .int8(id), .text(settler)]) == 1
    }

    /// Gives an event up. Its text is removed; the row stays, so that the same bytes are not held again.
    ///
    /// - Returns: Whether it was held until now.
    package func discard(_ id: Int64, by settler: String) async throws(PostgresError) -> Bool {
        try await settle(id, as: .discarded, by: settler, from: [.held]) == 1
    }

    /// Judges an event anew and appends it, in one transaction with its row.
    ///
    /// Its identity is the one it was sent with, so that an event that has come by another way meanwhile counts once. A
    /// vendor's item has the identities that its connector gives it; where a part of it is refused still, the others' events
    /// are stored and the item is held on.
    ///
    /// - Parameters:
    ///   - correction: Takes the place of the text of an event that is held, in the same transaction: where it can't be
    ///     released, nothing is changed.
    ///   - settler: `nil`: who approved it.
    ///   - rules: The organisation's minimisation rules.
    ///   - translate: `nil`: vendors' items can't be released here.
    /// - Throws: ``PostgresError``.
    package func release(
        _ id: Int64, corrected correction: Correction? = nil, by settler: String?, minimising rules: Minimisation,
        translating translate: HookTranslation? = nil
    ) async throws -> ReleaseOutcome {
        try await connection.transaction { connection in
            // An append ends within a minute of its transaction's start: `--known-at` trusts in it.
            _ = try await connection.query(
                """
                SELECT set_config('lock_timeout', '9s', true), set_config('statement_timeout', '9s', true),
                    set_config('idle_in_transaction_session_timeout', '10s', true)
                """)
            let rows = try await connection.query(
                Self.selectSQL
                    + " WHERE organization_id = $1 AND id = $2 AND state IN ('held', 'approved') FOR UPDATE",
                [.int4(organization.rawValue), .int8(id)])
            guard let row = try rows.first.map(Self.event), correction == nil || row.state == .held else {
                return .notHeld
            }
            guard let text = correction?.text ?? row.text else { return .nothingKept }
            var events: [ValidatedEvent] = []
            var states: [StateEntry] = []
            var problem: Problem?
            do {
                if correction == nil, row.isVendors {
                    let kept = try await keptCall(row, text)
                    let translated = try Self.translated(kept, row.pointer, translate, minimising: rules)
                    problem = translated.problem
                    for (event, subject) in translated.events {
                        if let subject {
                            states.append(StateEntry(LogEntry(event), of: subject))
                        } else {
                            events.append(event)
                        }
                    }
                } else {
                    events = [try Correction.read(text, minimising: rules)]
                }
            } catch let problem as Problem {
                // Back to whoever approved it.
                if correction == nil { try await hold(id, because: problem) }
                return .stillRejected(problem, stored: 0)
            }
            if correction != nil || row.isCorrected {
                events = events.map { $0.corrected(by: settler ?? row.settledBy) }
            }
            var count = try await EventAppender.append(events, organization: organization, in: connection)
            if let hook = row.hook, !states.isEmpty {
                count += try await StateAppend(organization, hook: hook, in: connection)
                    .append(states, received: row.lastReceived).count { $0 }
            }
            if let problem {
                try await hold(id, because: problem)
                return .stillRejected(problem, stored: count)
            }
            _ = try await settle(id, as: .released, by: settler, from: [.held, .approved])
            return .released(isNew: count > 0)
        }
    }

    /// A vendor's call, with its hook as it is set up now.
    ///
    /// - Throws: ``Problem`` where the hook is gone; ``PostgresError``.
    private func keptCall(_ row: QuarantinedEvent, _ text: String) async throws -> KeptCall {
        let hooks = try await connection.query(
            "SELECT connector, settings FROM hook.hook WHERE organization_id = $1 AND name = $2",
            [.int4(organization.rawValue), .text(row.hook)])
        guard let hook = hooks.first, let call = row.call else {
            throw Problem(
                pointer: row.pointer, title: "Hook missing", detail: "expected the hook \(row.hook ?? "") it came by",
                kind: .content)
        }
        do {
            var settings: [String: String] = [:]
            for member in try JSONParser.parse(try hook.text(1)).object?.members ?? [] {
                settings[member.name] = member.value.string
            }
            return KeptCall(
                call: call, connector: try hook.text(0), settings: settings, payload: try JSONParser.parse(text),
                received: row.received)
        } catch let error as JSONProblem {
            throw error.asEventProblem
        }
    }

    /// The events of a vendor's call, judged: at least one, no identity twice; and why a part of it makes none.
    ///
    /// - Parameter place: Where the item stood when it was refused, which every problem is told of.
    private static func translated(
        _ kept: KeptCall, _ place: String, _ translate: HookTranslation?, minimising rules: Minimisation
    ) throws(Problem) -> (events: [(ValidatedEvent, stateOf: String?)], problem: Problem?) {
        func here(_ title: String, _ detail: String) -> Problem {
            Problem(pointer: place, title: title, detail: detail, kind: .content)
        }
        guard let translate else {
            throw here("Connectors missing", "expected the connectors, as ingestion has them")
        }
        let call: TranslatedCall
        do {
            call = try translate(kept)
        } catch {
            throw here(error.title, error.detail)
        }
        var events: [(ValidatedEvent, stateOf: String?)] = []
        var identities: Set<EventIdentity> = []
        var problem = call.problem.map { here($0.title, $0.detail) }
        for made in call.events {
            let event = made.structured
            guard event.serialized.utf8.count <= Correction.limit else {
                problem = problem ?? here("Event too large", "expected at most \(Correction.limit) bytes of event")
                continue
            }
            guard let members = event.object, !PersonalLearning.isSuspected(members) else {
                problem =
                    problem
                    ?? here(
                        "Personal learning",
                        "expected an event of the job; its source has to send personal learning again")
                continue
            }
            do {
                let valid = try EventReader.read(event, minimising: rules)
                // Of states the order counts, and one may come back among them.
                if made.subject != nil || identities.insert(valid.identity).inserted {
                    events.append((valid, made.subject))
                }
            } catch {
                problem = problem ?? here(error.title, error.description)
            }
        }
        if events.isEmpty, let problem { throw problem }
        return (events, problem)
    }

    /// Wakes the log's readers; to be called when what was released is committed.
    package func wake() async throws(PostgresError) {
        _ = try await connection.query("SELECT log.wake($1)", [.text(LogChannel.log.name)])
    }

    /// Holds an approved event again, and says why. (The place of the problem is part of the row's key, and stays where
    /// another row has it.)
    package func hold(_ id: Int64, because problem: Problem) async throws(PostgresError) {
        _ = try await connection.execute(
            """
            UPDATE log.quarantine AS q SET state = 'held', settled = NULL, settled_by = NULL, title = $3, detail = $4,
                pointer = CASE WHEN EXISTS (
                    SELECT FROM log.quarantine AS o
                    WHERE o.organization_id = $1 AND o.body_hash = q.body_hash AND o.pointer = $5)
                    THEN q.pointer ELSE $5 END
            WHERE q.organization_id = $1 AND q.id = $2 AND q.state IN ('held', 'approved')
            """,
            [
                .int4(organization.rawValue), .int8(id), .text(problem.title), .text(problem.detail),
                .text(problem.pointer),
            ])
    }

    private func settle(
        _ id: Int64, as state: QuarantinedEvent.State, by settler: String?, from states: [QuarantinedEvent.State]
    ) async throws(PostgresError) -> Int {
        try await connection.execute(
            """
            UPDATE log.quarantine SET state = $3, body = NULL, fixed = NULL, call = NULL, settled = now(),
                settled_by = coalesce($4, settled_by)
            WHERE organization_id = $1 AND id = $2 AND state = ANY ($5)
            """,
            [
                .int4(organization.rawValue), .int8(id), .text(state.rawValue), .text(settler),
                .textArray(states.map(\.rawValue)),
            ])
    }

    private static func event(_ row: Row) throws(PostgresError) -> QuarantinedEvent {
        let hook = try row.optionalText(16)
        let call = try row.optionalText(17)
        return QuarantinedEvent(
            id: try row.int8(0), received: Instant(try row.timestamptz(1)),
            lastReceived: Instant(try row.timestamptz(2)), times: Int(try row.int4(3)),
            token: try row.optionalUUID(4), pointer: try row.text(5), title: try row.text(6),
            detail: try row.text(7), type: try row.optionalText(8), source: try row.optionalText(9),
            eventID: try row.optionalText(10), body: try row.optionalText(11), hook: hook,
            call: hook.flatMap { hook in call.flatMap { HookCall(hook: hook, serialized: $0) } },
            fixed: try row.optionalText(12),
            // The constraint allows no other.
            state: QuarantinedEvent.State(rawValue: try row.text(13)) ?? .held,
            settled: try row.optionalTimestamptz(14).map(Instant.init), settledBy: try row.optionalText(15))
    }

    private static let selectSQL = """
        SELECT id, received, last_received, times, token_id, pointer, title, detail, type, source, event_id, body, fixed,
            state, settled, settled_by, hook, call
        FROM log.quarantine
        """
}
