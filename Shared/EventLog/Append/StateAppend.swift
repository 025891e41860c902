package import Models
package import Postgres

/// Appends events that name states, together with how things stand.
///
/// Source: `hook.state` (V0103), `log.identity` (V0002, V0105).
package struct StateAppend {
    private let organization: OrganizationID
    private let hook: String
    private let transaction: Connection

    /// - Parameters:
    ///   - hook: The name of the hook that has seen them.
    ///   - transaction: Of the organisation (`onus.organization_id` is set), opened by the caller, who commits it within a
    ///     minute and then tells ``WakeUp``. Whoever else would change one of the same things waits for it.
    package init(_ organization: OrganizationID, hook: String, in transaction: Connection) {
        self.organization = organization
        self.hook = hook
        self.transaction = transaction
    }

    /// - Parameters:
    ///   - states: In the order in which they were seen.
    ///   - received: When they were, by the database's clock, and not after they were asked for; nil: just now. What was seen
    ///     before a later state says nothing of how things stand.
    /// - Returns: For each whether it has an event now that it had not.
    package func append(
        _ states: [StateEntry], received: Instant? = nil
    ) async throws(PostgresError) -> [Bool] {
        let moving = try await moving(states)
        guard !moving.isEmpty else { return states.map { _ in false } }
        var rows = try await locked(Set(moving.map { states[$0].subject }))
        // Before it is looked into all of them: see `IdentityTier.lookForOpen`.
        let tier = try IdentityTier(try await transaction.pipeline([IdentityTier.lookForOpen])[0])
        var known = try await known(moving.map { states[$0].entry.hash })
        let told = Self.told(moving.map { states[$0] }, rows, known)
        var events: [(entry: LogEntry, index: Int)] = []
        var taken: Set<UUIDBytes> = []
        /// Of two things that share an identity only one has its event.
        func add(_ entry: LogEntry, _ index: Int) {
            if taken.insert(entry.hash).inserted { events.append((entry, index)) }
        }
        for index in moving {
            let (entry, subject) = (states[index].entry, states[index].subject)
            guard var row = rows[subject], !told.contains(subject) else { continue }
            let recorded = known[entry.hash]
            if let received, let seen = row.seen, received < seen {
                row.isTouched = true
                if recorded == nil { add(entry, index) }
            } else {
                switch row.see(entry.hash, recorded: recorded, received: received) {
                case .same: break
                case .new: add(entry, index)
                case .again(let change):
                    var numbered = LogEntry(entry, change: change)
                    while try await isTaken(numbered.hash, taken) {
                        numbered = LogEntry(entry, change: row.count.skip())
                    }
                    add(numbered, index)
                }
            }
            // Among these very states it has its event from now on.
            known[entry.hash] = recorded ?? Instant(microseconds: 0)
            rows[subject] = row
        }
        try await keep(rows.filter(\.value.isTouched))
        return try await isNew(events, of: states.count, appendedTo: tier)
    }

    private struct Row {
        var count: StateCount
        /// Since when it is so; nil: just now, or never.
        var seen: Instant?
        let counted: Instant?
        /// Whether it is to be written.
        var isTouched = false

        /// - Parameter recorded: When the state's identity got its event; nil: it has none.
        mutating func see(_ state: UUIDBytes, recorded: Instant?, received: Instant?) -> StateCount.Sight {
            let before = count
            // What has been counted just now is younger than all that is recorded.
            var isSince = false
            if !isTouched, let recorded, let counted { isSince = recorded > counted }
            let sight = count.see(state, known: recorded == nil ? .no : isSince ? .since : .before)
            if count != before {
                seen = received
                isTouched = true
            }
            return sight
        }
    }

    /// The states that are not how things stand already. Mostly none: whoever is read each night is as they were, and no row
    /// is locked for that.
    private func moving(_ states: [StateEntry]) async throws(PostgresError) -> [Int] {
        let rows = try await transaction.query(
            "SELECT subject, state FROM hook.state WHERE organization_id = $1 AND name = $2 AND subject = ANY ($3)",
            key + [.uuidArray(Array(Set(states.map(\.subject))))])
        var standing: [UUIDBytes: UUIDBytes] = [:]
        for row in rows { standing[try row.uuid(0)] = try row.optionalUUID(1) }
        var moved: Set<UUIDBytes> = []
        for state in states where standing[state.subject] != state.entry.hash { moved.insert(state.subject) }
        // One that changes and changes back among them is looked at each time.
        return states.indices.filter { moved.contains(states[$0].subject) }
    }

    /// Whose states have all been told, up to the last of them: the same ones in the same order, as of a page that is read
    /// again. Asked when the rows are locked: somebody else may have told them just now.
    private static func told(
        _ states: [StateEntry], _ rows: [UUIDBytes: Row], _ known: [UUIDBytes: Instant]
    ) -> Set<UUIDBytes> {
        var last: [UUIDBytes: UUIDBytes] = [:]
        var unknown: Set<UUIDBytes> = []
        for state in states {
            last[state.subject] = state.entry.hash
            if known[state.entry.hash] == nil { unknown.insert(state.subject) }
        }
        return Set(last.filter { rows[$0.key]?.count.state == $0.value }.keys).subtracting(unknown)
    }

    /// The rows, made where there are none. In sorted order, so that nobody waits in a circle.
    private func locked(_ subjects: Set<UUIDBytes>) async throws(PostgresError) -> [UUIDBytes: Row] {
        let sorted = key + [.uuidArray(subjects.sorted())]
        let results = try await transaction.pipeline([
            Statement(
                """
                INSERT INTO hook.state (organization_id, name, subject) SELECT $1, $2, unnest($3) ON CONFLICT DO NOTHING
                """, sorted),
            Statement(
                """
                SELECT subject, state, changes, seen, counted FROM hook.state
                WHERE organization_id = $1 AND name = $2 AND subject = ANY ($3) ORDER BY subject FOR UPDATE
                """, sorted),
        ])
        var rows: [UUIDBytes: Row] = [:]
        for row in results[1] {
            rows[try row.uuid(0)] = Row(
                count: StateCount(state: try row.optionalUUID(1), changes: Int(try row.int4(2))),
                seen: try row.optionalTimestamptz(3).map { Instant($0) },
                counted: try row.optionalTimestamptz(4).map { Instant($0) })
        }
        return rows
    }

    /// When each of the identities that have an event got it.
    private func known(_ identities: [UUIDBytes]) async throws(PostgresError) -> [UUIDBytes: Instant] {
        let look = KnownIdentities.look(among: identities, organization: organization)
        let rows = try await transaction.query(look.sql, look.bindings)
        var known: [UUIDBytes: Instant] = [:]
        for row in rows { known[try row.uuid(0)] = Instant(try row.timestamptz(1)) }
        return known
    }

    private func isTaken(_ identity: UUIDBytes, _ taken: Set<UUIDBytes>) async throws(PostgresError) -> Bool {
        if taken.contains(identity) { return true }
        return try await !known([identity]).isEmpty
    }

    private func keep(_ rows: [UUIDBytes: Row]) async throws(PostgresError) {
        let sorted = rows.sorted { $0.key < $1.key }
        _ = try await transaction.execute(
            """
            UPDATE hook.state AS s
            SET state = n.state, changes = n.changes, seen = coalesce(n.seen, clock_timestamp()),
                counted = clock_timestamp()
            FROM unnest($3, $4, $5, $6) AS n (subject, state, changes, seen)
            WHERE s.organization_id = $1 AND s.name = $2 AND s.subject = n.subject
            """,
            key + [
                .uuidArray(sorted.map(\.key)), .uuidArray(sorted.map(\.value.count.state)),
                .int4Array(sorted.map { Int32(clamping: $0.value.count.changes) }),
                .timestamptzArray(sorted.map(\.value.seen?.timestamp)),
            ])
    }

    private func isNew(
        _ events: [(entry: LogEntry, index: Int)], of count: Int, appendedTo tier: IdentityTier
    ) async throws(PostgresError) -> [Bool] {
        var isNew = [Bool](repeating: false, count: count)
        guard !events.isEmpty else { return isNew }
        let append = AppendStatements(organization: organization, entries: events.map(\.entry), tier: tier)
        var known: Set<UUIDBytes> = []
        // Those that an older ingestion has appended just now.
        for row in try await transaction.pipeline(append.all).last?.map({ $0 }) ?? [] { known.insert(try row.uuid(0)) }
        for event in events { isNew[event.index] = !known.contains(event.entry.hash) }
        return isNew
    }

    private var key: [Binding] { [.int4(organization.rawValue), .text(hook)] }
}
