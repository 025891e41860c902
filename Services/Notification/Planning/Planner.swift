package import Models
package import Postgres
internal import ServiceKit

/// Turns what scoring has written into deliveries: each pending notice, exactly once, in the transaction that removes
/// it from the queue.
package struct Planner: Sendable {
    private let pool: PostgresPool
    private let isMailConfigured: Bool
    private let batch: Int
    private let report: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - isMailConfigured: Whether there is a mail server; without one the inbox has every notice, and no mail waits.
    ///   - batch: Notices of one organisation planned in one transaction; then the next organisation has its turn.
    ///   - report: Told how many notices were planned, batch by batch.
    package init(
        pool: PostgresPool, isMailConfigured: Bool, batch: Int = 100,
        report: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.pool = pool
        self.isMailConfigured = isMailConfigured
        self.batch = batch
        self.report = report
    }

    /// Plans everything that is pending, organisations taking turns, and assembles the digests that are due. An
    /// organisation that can't be planned does not hold up the others.
    ///
    /// - Parameter now: What is planned from; `nil`, as in production, is the database's clock.
    /// - Returns: How many notices were planned.
    /// - Throws: ``PostgresError``, the first one, after all organisations had their turn, unless the database is away;
    ///   what was planned stays planned.
    package func planAll(at now: Instant? = nil) async throws -> Int {
        var planned = 0
        var trouble: PostgresError?
        // Only what concerns all organisations ends the round.
        func apart(_ turn: () async throws -> Void) async throws {
            do {
                try await turn()
            } catch let error as PostgresError where !error.isUnavailability && error.kind != .cancelled {
                trouble = trouble ?? error
            }
        }
        var organizations = try await pool.withConnection { try await PendingNotices.organizations($0) }
        while !organizations.isEmpty, !Task.isCancelled {
            var unfinished: [OrganizationID] = []
            for organization in organizations {
                try await apart {
                    let count = try await plan(organization, at: now)
                    report(count)
                    planned += count
                    if count == batch { unfinished.append(organization) }
                }
            }
            organizations = unfinished
        }
        for organization in try await pool.withConnection({ try await Digests.organizations($0, at: now) }) {
            try await apart {
                _ = try await pool.withTransaction { connection in
                    try await OrganizationScope.enter(connection, organization)
                    return try await Digests.assemble(connection, organization: organization, limit: batch, at: now)
                }
            }
        }
        if let trouble { throw trouble }
        return planned
    }

    /// Plans one batch of one organisation. What another worker holds is left to it.
    private func plan(_ organization: OrganizationID, at fixed: Instant?) async throws -> Int {
        try await pool.withTransaction { connection in
            try await OrganizationScope.enter(connection, organization)
            let notices = try await PendingNotices.claim(connection, organization: organization, limit: batch)
            guard !notices.isEmpty else { return 0 }
            let context = try await OrganizationScope.contactAndClock(connection, organization)
            let now = fixed ?? context.now
            let addressees = Set(notices.map(\.addressee) + [context.hrContact].compactMap(\.self))
            let directory = try await Directory.entries(connection, organization: organization, for: addressees)
            let choice = RecipientChoice(directory: directory, hrContact: context.hrContact)
            let groups = Dictionary(grouping: notices) { choice.recipient(for: $0.addressee) }
            let people = Set(groups.keys)
            let choices = try await Choices.read(connection, organization: organization, people: people)
            let webhooks = try await PlannedDeliveries.webhooks(connection, organization: organization)
            // From here on no other worker gives out places in these people's days.
            try await PlannedDeliveries.lock(connection, organization: organization, recipients: people)
            for (person, notices) in groups.sorted(by: { $0.key < $1.key }) {
                let planner = DeliveryPlanner(
                    recipient: recipient(person, directory[person], choices[person] ?? .init()), now: now)
                let planned = try await PlannedDeliveries.mails(
                    connection, organization: organization, recipient: person, day: planner.day)
                let plan = planner.plan(
                    notices.map { .init(notice: $0.id, kind: $0.kind, webhooks: webhooks[$0.kind] ?? []) },
                    alongside: planned)
                try await PlannedDeliveries.write(
                    connection, organization: organization, recipient: person, plan: plan,
                    kinds: Dictionary(uniqueKeysWithValues: notices.map { ($0.id, $0.kind) }))
            }
            try await PendingNotices.remove(connection, organization: organization, notices: notices.map(\.id))
            return notices.count
        }
    }

    private func recipient(
        _ person: PersonID, _ entry: DirectoryEntry?, _ choice: Choices.Choice
    ) -> Recipient {
        Recipient(
            person: person,
            takesMail: isMailConfigured && choice.takesMail && entry?.email != nil && entry?.isActive == true,
            zone: LocalTime(entry?.timeZone), quiet: choice.quiet, muted: choice.muted)
    }
}
