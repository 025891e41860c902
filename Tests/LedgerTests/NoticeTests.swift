import Ledger
import Models
import Postgres
import Support
import Testing

/// What arises is announced once, whatever happens in between.
@Suite(.timeLimit(.minutes(5))) struct NoticeTests {
    private static let today = GoldenScoringTests.second

    @Test func `coaching that falls due at the day's turn is announced once`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker()
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
                builder.coaching("p", by: "m", on: Self.today - 13),
            ])
            try await scored.drain(worker)
            let before = try await keys(scored, "coaching_due")
            scored.today = Self.today + 1
            #expect(try await scored.drain(worker).notices > 0)
            let after = try await keys(scored, "coaching_due")
            #expect(after.count == before.count + 1)
            // Another worker, more events about the same person, the same facts again: nothing new.
            let other = scored.worker()
            try await scored.append([builder.gap("g", of: "p", on: Self.today - 20)])
            try await scored.drain(other)
            #expect(try await keys(scored, "coaching_due") == after)
            #expect(try await scored.count("notice.pending") == scored.count("notice.notice"))
        }
    }

    @Test func `missed days are made up, at most seven`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker()
            var events = [builder.person("m", from: Self.today - 100)]
            // One report for each of the next twelve days, whose coaching falls due on it.
            for offset in 1...12 {
                let person = "p\(offset)"
                events.append(builder.person(person, from: Self.today - 100, manager: "m"))
                events.append(builder.coaching(person, by: "m", on: Self.today + offset - 14))
            }
            try await scored.append(events)
            try await scored.drain(worker)
            let before = Set(try await keys(scored, "coaching_due"))
            scored.today = Self.today + 12
            try await scored.drain(worker)
            let made = Set(try await days(scored, "coaching_due", notAmong: before))
            #expect(made == Set((6...12).map { Self.today + $0 }))
        }
    }

    @Test func `half a history announces nothing that the whole does not`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker(bulk: 3, quiet: .seconds(60))
            try await scored.drain(worker)
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
                builder.coaching("p", by: "m", on: Self.today - 28),
            ])
            // What came so far would say that coaching has been due for 28 days.
            guard case .worked = try await worker.step(), case .settling = try await worker.step() else {
                return #expect(Bool(false), "the first part was not waited with")
            }
            try await scored.append((1...3).map { builder.coaching("p", by: "m", on: Self.today - $0) })
            try await scored.drain(scored.worker(bulk: 3))
            #expect(try await keys(scored, "coaching_due").isEmpty)
        }
    }

    @Test func `a history that is loaded later announces nothing older`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker()
            try await scored.drain(worker)
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 99, manager: "m"),
                builder.gap("g", of: "p", on: Self.today - 40), builder.request(by: "m", on: Self.today - 8),
            ])
            try await scored.drain(worker)
            #expect(try await keys(scored, "action_overdue").isEmpty)
            #expect(try await keys(scored, "request_returned").isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `a request that fails triage goes back on arrival, also out of a backlog`(_ isBacklog: Bool) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.execute("UPDATE onus.organization SET l_and_d_contact = 'learning', hr_contact = 'people'")
            var builder = EventBuilder()
            let worker = scored.worker(batch: isBacklog ? 2 : 100)
            try await scored.drain(worker)
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
            ])
            try await scored.drain(worker)
            let request = builder.request(by: "m", on: Self.today - 2)
            try await scored.append([request, builder.coaching("p", by: "m", on: Self.today)])
            try await scored.drain(worker)
            #expect(try await recipients(scored, "request_returned") == ["learning", "m"])
            try await scored.append([builder.contest(request, by: "m", on: Self.today)])
            try await scored.drain(worker)
            #expect(try await recipients(scored, "evidence_contested") == ["people"])
        }
    }

    @Test(arguments: [1, 3])
    func `contests that arrive before the turn that reaches their day are announced by it`(
        _ outage: Int
    ) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.execute("UPDATE onus.organization SET hr_contact = 'people'")
            var builder = EventBuilder()
            let worker = scored.worker()
            let coaching = builder.coaching("p", by: "m", on: Self.today - 9)
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
                coaching,
            ])
            try await scored.drain(worker)
            // The worker takes a batch before it turns the day. The last of them is of a day to come.
            scored.today = Self.today + outage
            try await scored.append(
                (1...(outage + 1)).map { builder.contest(coaching, by: "p", on: Self.today + $0) })
            try await scored.drain(worker)
            let reached = Array(repeating: "m", count: outage) + Array(repeating: "people", count: outage)
            #expect(try await recipients(scored, "evidence_contested") == reached)
            scored.today = Self.today + outage + 1
            try await scored.drain(scored.worker())
            #expect(try await recipients(scored, "evidence_contested") == (reached + ["m", "people"]).sorted())
            scored.today = Self.today + outage + 2
            try await scored.drain(worker)
            #expect(try await recipients(scored, "evidence_contested").count == reached.count + 2)
        }
    }

    /// How the event comes that was contested before: at once, out of a backlog, or while nothing of the organisation can
    /// be scored.
    enum Coming: CaseIterable { case atOnce, backlog, withheld }

    @Test(arguments: Coming.allCases)
    func `a contest that came before its event is announced when that arrives, where it is still news`(
        _ coming: Coming
    ) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.execute("UPDATE onus.organization SET hr_contact = 'people'")
            var builder = EventBuilder()
            let worker = scored.worker(batch: coming == .backlog ? 2 : 100)
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
            ])
            try await scored.drain(worker)
            let events = [9, 8].map { builder.coaching("p", by: "m", on: Self.today - $0) }
            try await scored.append([
                builder.contest(events[0], by: "p", on: Self.today - 6),
                builder.contest(events[1], by: "p", on: Self.today - 7),
            ])
            try await scored.drain(worker)
            #expect(try await recipients(scored, "evidence_contested").isEmpty)
            if coming == .withheld {
                try await scored.execute(
                    """
                    INSERT INTO onus.policy (organization_id, version, valid_from, body)
                    VALUES (1, 2, '2020-01-01', '{"constantOfANewerBuild": 1}')
                    """)
            }
            try await scored.append(events)
            try await scored.drain(worker)
            if coming == .withheld {
                #expect(try await recipients(scored, "evidence_contested").isEmpty)
                try await scored.execute("DELETE FROM onus.policy")
                try await scored.drain(scored.worker())
            }
            #expect(try await recipients(scored, "evidence_contested") == ["m", "people"])
        }
    }

    @Test func `who becomes outsourced without a leader above escalates to the HR contact`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.execute("UPDATE onus.organization SET hr_contact = 'people'")
            var builder = EventBuilder()
            let worker = scored.worker()
            try await scored.drain(worker)
            var events = [builder.person("m", from: Self.today - 5)]
            for number in 1...6 {
                events.append(builder.person("p\(number)", from: Self.today - 5, manager: "m"))
                events.append(builder.gap("g\(number)", of: "p\(number)", on: Self.today - 1))
            }
            try await scored.append(events)
            try await scored.drain(worker)
            for day in [1, 60] {
                scored.today = Self.today + day
                try await scored.drain(worker)
            }
            let rows = try await scored.database.pool.query(
                """
                SELECT recipient, recipient_role FROM notice.notice WHERE kind = 'score_outsourced' ORDER BY recipient
                """)
            #expect(try rows.map { [try $0.text(0), try $0.text(1)] } == [["m", "manager"], ["people", "hr"]])
        }
    }

    @Test func `who becomes outsourced is told the three measures that weigh most, with their evidence`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker()
            try await scored.drain(worker)
            var events = [
                builder.person("l", from: Self.today - 5), builder.person("m", from: Self.today - 5, manager: "l"),
            ]
            for number in 1...6 {
                events.append(builder.person("p\(number)", from: Self.today - 5, manager: "m"))
                events.append(builder.gap("g\(number)", of: "p\(number)", on: Self.today - 1))
            }
            try await scored.append(events)
            try await scored.drain(worker)
            #expect(try await recipients(scored, "score_outsourced").isEmpty)
            // A turn with too few measures to score, then one with enough.
            for day in [1, 60] {
                scored.today = Self.today + day
                try await scored.drain(worker)
            }
            #expect(try await recipients(scored, "score_outsourced") == ["l", "l", "m"])
            let rows = try await scored.database.pool.query(
                "SELECT reason, evidence::text FROM notice.notice WHERE kind = 'score_outsourced' AND person = 'm'")
            #expect(rows.count == 2)
            for row in rows {
                let reason = try row.text(0)
                for measure in ["clarity 0 of 6", "coaching 0 of 28.3", "action 0 of 6"] {
                    #expect(reason.contains(measure), "\(reason)")
                }
                // Of each measure the five heaviest trials: gaps and assignments; missing coaching has no event.
                #expect(try JSONParser.parse(try row.text(1)).array?.count == 10)
            }
        }
    }

    private func keys(_ scored: ScoredOrganization, _ kind: String) async throws -> [String] {
        try await scored.database.pool.query(
            "SELECT key FROM notice.notice WHERE kind = $1 ORDER BY key", [.text(kind)]
        ).map { try $0.text(0) }
    }

    private func recipients(_ scored: ScoredOrganization, _ kind: String) async throws -> [String] {
        try await scored.database.pool.query(
            "SELECT recipient FROM notice.notice WHERE kind = $1 ORDER BY recipient", [.text(kind)]
        ).map { try $0.text(0) }
    }

    private func days(
        _ scored: ScoredOrganization, _ kind: String, notAmong keys: Set<String>
    ) async throws -> [Day] {
        try await scored.database.pool.query("SELECT key, day FROM notice.notice WHERE kind = $1", [.text(kind)])
            .filter { !keys.contains(try $0.text(0)) }
            .map { Day(number: Int(try $0.date(1).daysSince1970)) }
    }
}
