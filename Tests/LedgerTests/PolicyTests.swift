import Accountability
import Ledger
import Models
import Postgres
import Support
import Testing

/// Policies by version: when they hold, and which one made a published score.
@Suite(.timeLimit(.minutes(5))) struct PolicyTests {
    @Test func `each published score names the policy that made it, and days before a new one keep theirs`()
        async throws
    {
        let today = try await Self.today()
        try await ScoredOrganization.with(today: today) { scored in
            let events = RandomOrganization(seed: 4, today: today, events: 260).events
            try await scored.append(events)
            let worker = scored.worker()
            try await scored.drain(worker)
            let before = try await published(scored)
            #expect(!before.isEmpty && before.allSatisfy { $0.version == 1 && $0.day == today })
            let version = try await add(Self.other, from: today + 1, scored)
            #expect(version == 2)
            scored.today = today + 1
            try await scored.drain(worker)
            let after = try await published(scored)
            #expect(Array(after.prefix(before.count)) == before)
            let turned = after.dropFirst(before.count)
            #expect(!turned.isEmpty && turned.allSatisfy { $0.version == 2 && $0.day == today + 1 })
            var policy = Self.other
            policy.version = 2
            let report = Scoring.report(events: events, asOf: today + 1, policy: policy)
            for row in turned {
                #expect(abs((row.level ?? -1) - (report.managers[row.manager]?.level ?? -1)) < 1e-9)
            }
            // A past day computed again has the policy of that day, unless another is named.
            try await scored.database.pool.withConnection { connection in
                let bulk = BulkEvaluation(scored.organization, using: connection, [])
                let past = try await bulk.scores(asOf: today).report
                #expect(past.policyVersion == 1)
                let named = try await bulk.scores(asOf: today, policy: 2).report
                #expect(named.policyVersion == 2)
                #expect(past.managers != named.managers)
                await #expect {
                    try await bulk.scores(asOf: today, policy: 9)
                } throws: { error in
                    if case LedgerError.unknownPolicy(version: 9) = error { true } else { false }
                }
            }
        }
    }

    @Test func `a policy begins tomorrow or later, and of two of one day the later version holds`() async throws {
        let today = try await Self.today()
        try await ScoredOrganization.with(today: today) { scored in
            try await scored.append(RandomOrganization(seed: 4, today: today, events: 20).events)
            try await scored.drain(scored.worker())
            for day in [today, today - 30] {
                await #expect { try await add(Self.other, from: day, scored) } throws: { error in
                    if case LedgerError.policyInThePast(validFrom: day, earliest: today + 1) = error {
                        true
                    } else {
                        false
                    }
                }
            }
            var third = Self.other
            third.window = 45
            #expect(try await add(Self.other, from: today + 2, scored) == 2)
            #expect(try await add(third, from: today + 2, scored) == 3)
            let book = try await scored.database.pool.withConnection {
                try await PolicyBook.load(scored.organization, from: $0)
            }
            #expect(book.policy(on: today + 1).version == 1)
            #expect(book.policy(on: today + 2).version == 3)
            #expect(book.policy(version: 2)?.window == 60)
            #expect(book.nextVersion == 4)
        }
    }

    @Test func `a turn in which the policy changes begins anew, and has one policy at its end`() async throws {
        let today = try await Self.today()
        try await ScoredOrganization.with(today: today) { scored in
            try await scored.append(RandomOrganization(seed: 4, today: today, events: 260).events)
            try await scored.drain(scored.worker())
            scored.today = today + 1
            let worker = scored.worker(slice: 5)
            _ = try await worker.step()
            #expect(try await scored.count("score.turn WHERE reached IS NOT NULL") == 1)
            // Never by `add`: by a restored row, or a version that asked an older clock.
            try await scored.database.pool.withConnection { connection in
                _ = try await connection.execute(
                    "INSERT INTO onus.policy (organization_id, version, valid_from, body) VALUES ($1, 2, $2, $3)",
                    [
                        .int4(scored.organization.rawValue), .date(DateValue(daysSince1970: Int32((today + 1).number))),
                        .jsonb(Self.other.json.serialized),
                    ])
            }
            try await scored.drain(worker)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test func `a policy that is being stored when the day turns is waited for, and one that comes later is refused`()
        async throws
    {
        let today = try await Self.today()
        try await ScoredOrganization.with(today: today) { scored in
            try await scored.append(RandomOrganization(seed: 4, today: today, events: 260).events)
            let worker = scored.worker()
            try await scored.drain(worker)
            scored.today = today + 1
            var turn: Task<ScoringWorker.Work, any Error>?
            try await scored.database.pool.withTransaction { connection in
                _ = try await PolicyBook.add(
                    Self.other, validFrom: today + 1, organization: scored.organization, on: connection)
                turn = Task.detached { try await scored.drain(worker) }
                try await scored.waitUntilLockIsWanted()
            }
            _ = try await turn?.value
            #expect(try await scored.count("score.published WHERE policy_version <> 2 AND day > '\(today)'") == 0)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            await #expect { try await add(Self.other, from: today + 1, scored) } throws: { error in
                if case LedgerError.policyInThePast(_, earliest: today + 2) = error { true } else { false }
            }
        }
    }

    private static let other = {
        var policy = Policy.standard
        policy.window = 60
        policy.kappa = 4
        return policy
    }()

    private struct Row: Equatable {
        let manager: PersonID
        let day: Day
        let level: Double?
        let version: Int
    }

    private func published(_ scored: ScoredOrganization) async throws -> [Row] {
        try await scored.database.pool.query(
            "SELECT manager, day, level, policy_version FROM score.published ORDER BY computed, manager"
        ).map { row in
            Row(
                manager: PersonID(unchecked: try row.text(0)),
                day: Day(number: Int(try row.date(1).daysSince1970)), level: try row.optionalFloat8(2),
                version: Int(try row.int4(3)))
        }
    }

    private func add(_ policy: Policy, from day: Day, _ scored: ScoredOrganization) async throws -> Int {
        try await scored.database.pool.withConnection { connection in
            try await PolicyBook.add(policy, validFrom: day, organization: scored.organization, on: connection)
        }
    }

    /// The day of whom all was scored: a day on by the database's clock, by whichever is later a policy may begin. So
    /// midnight changes nothing.
    private static func today() async throws -> Day {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { try await PolicyBook.today($0) + 1 }
        }
    }
}
