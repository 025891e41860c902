import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct AppendTests {
    @Test func `an appended event reads back as it was sent`() async throws {
        try await LogFixture.run { log in
            var members = JSONObject()
            for (name, value) in ["manager": "max", "person": "ann", "kind": "one_on_one"] {
                members.append(name, .string(value))
            }
            members.append("extra", .array([.bool(true), .null]))
            let sent = LogFixture.event("ä\u{0301}-1", source: "https://tool.example/☂", data: .object(members))
            let receipt = try await log.appender.append([sent], organization: LogFixture.organization)
            #expect(receipt == AppendReceipt(isNew: [true]))

            let outcome = try await log.consumer().withBatch(limit: 10) { _, events in events }
            guard case .handled(let events, 1, false) = outcome else { throw Unexpected("\(outcome)") }
            let read = try #require(events.first)
            #expect(read.event == sent.event)
            #expect(read.data == sent.data.serialized)
            #expect(read.organization == LogFixture.organization)
            #expect(read.hash == sent.identity.hash)
        }
    }

    @Test func `of equal identities in a batch and across batches the first is kept`() async throws {
        try await LogFixture.run { log in
            let other = JSONValue.object(
                {
                    var members = JSONObject()
                    members.append("manager", .string("max"))
                    members.append("person", .string("ann"))
                    members.append("kind", .string("review"))
                    return members
                }())
            let batch = [
                LogFixture.event("1"), LogFixture.event("2"), LogFixture.event("1", data: other),
                LogFixture.event("1", source: "else"),
            ]
            let first = try await log.appender.append(batch, organization: LogFixture.organization)
            #expect(first.isNew == [true, true, false, true])
            #expect(first.accepted == 3 && first.duplicates == 1)
            let second = try await log.appender.append(
                batch + [LogFixture.event("3")], organization: LogFixture.organization)
            #expect(second.isNew == [false, false, false, false, true])
            let elsewhere = try await OtherOrganization.make(log)
            #expect(try await log.appender.append(batch, organization: elsewhere).accepted == 3)
            let kinds = try await log.database.pool.query(
                "SELECT data FROM log.event WHERE organization_id = 1 AND source = 'test' AND id = '1'")
            #expect(try kinds.map { try $0.text(0) } == [batch[0].data.serialized])
        }
    }

    @Test func `a batch that is expected to be new and is not leaves no dead row where a look shows it`() async throws {
        try await LogFixture.run { (log) async throws in
            func append(_ ids: [Int]) async throws -> [Bool] {
                try await log.appender.append(
                    LogFixture.events(ids).map(LogEntry.init), organization: .default, expectsNew: true
                ).isNew
            }
            #expect(try await append(Array(0..<1_000)) == [Bool](repeating: true, count: 1_000))
            // A stream that turns known in its middle; one that does and turns new again; one known event alone.
            let half = Array(1_000..<1_500) + Array(0..<500)
            #expect(try await append(half) == half.map { $0 >= 1_000 })
            let middle = Array(2_000..<2_400) + Array(0..<100) + Array(2_400..<2_900)
            #expect(try await append(middle) == middle.map { $0 >= 2_000 })
            #expect(try await append([3]) == [false])
            #expect(try await append([3_000]) == [true])
            #expect(try await log.deadRows() == 0)
            #expect(try await log.count("log.event") == 2_401)
            // Where no look meets it the insert fails, and leaves what it had inserted before.
            let hidden = Array(4_000..<4_010) + [5] + Array(4_010..<4_999)
            #expect(try await append(hidden) == hidden.map { $0 >= 4_000 })
            #expect(try await log.deadRows() < 1_000)
            #expect(try await log.count("log.event") == 3_400)
            #expect(try await log.count("log.identity") == 3_400)
        }
    }

    @Test func `a large batch keeps its order in the log, and so do batches of sessions that take turns`() async throws
    {
        try await LogFixture.run { log in
            // Two sessions in turn: their order is that of the commits.
            let first = PostgresPool(
                configuration: log.configuration(role: "onus_ingestion"), size: 0...1, acquireTimeout: .seconds(60),
                logger: LogFixture.logger)
            let second = PostgresPool(
                configuration: log.configuration(role: "onus_ingestion"), size: 0...1, acquireTimeout: .seconds(60),
                logger: LogFixture.logger)
            var next = 0
            for pool in [first, second, first, second] {
                let events = LogFixture.events(next..<next + 400)
                _ = try await EventAppender(pool: pool, wakeUp: nil).append(
                    events, organization: LogFixture.organization)
                next += 400
            }
            #expect(try await log.readAll(log.consumer(), limit: 77) == (0..<1_600).map(String.init))
            await first.close()
            await second.close()
        }
    }

    @Test func `an empty batch is accepted`() async throws {
        try await LogFixture.run { log in
            let receipt = try await log.appender.append([], organization: LogFixture.organization)
            #expect(receipt == AppendReceipt(isNew: []))
        }
    }

    @Test func `many writers with overlapping identities store each once and never deadlock`() async throws {
        try await LogFixture.run { log in
            let batches = (0..<16).map { writer in
                var generator = SplitMix(seed: UInt64(writer))
                return (0..<12).map { _ in (0..<40).map { _ in Int.random(in: 0..<600, using: &generator) } }
            }
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for writer in batches {
                    group.addTask {
                        var accepted = 0
                        for ids in writer {
                            let receipt = try await log.appender.append(
                                LogFixture.events(ids), organization: LogFixture.organization)
                            accepted += receipt.accepted
                        }
                        return accepted
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(accepted == Set(batches.joined().joined()).count)
            #expect(try await log.count("log.event") == Int64(accepted))
            #expect(try await log.count("log.identity") == Int64(accepted))
            let deadlocks = try await log.database.pool.query(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            #expect(try deadlocks.only().int8(0) == 0)
        }
    }

    @Test func `personal learning goes behind the wall, never into the log, and shares the identities`() async throws {
        try await LogFixture.run { log in
            let ann = PersonID(unchecked: "ann")
            let time = Instant(microseconds: 1_700_000_000_000_000)
            func event(_ id: String, _ payload: Payload) -> ValidatedEvent {
                ValidatedEvent(Event(identity: EventIdentity(source: "lms", id: id), time: time, payload: payload))
            }
            let batch = [
                event("1", .learningRecorded(LearningRecorded(person: ann, title: "Go", provider: "Club"))),
                event("2", .trainingCompleted(TrainingCompleted(person: ann, programme: .init(unchecked: "cooking")))),
                event(
                    "3",
                    .trainingCompleted(
                        TrainingCompleted(person: ann, programme: .init(unchecked: "sales"), gap: .init(unchecked: "g"))
                    )),
                event(
                    "4",
                    .trainingCompleted(
                        TrainingCompleted(person: ann, programme: .init(unchecked: "chess"), assignedBy: ann))),
            ]
            let receipt = try await log.appender.append(batch, organization: LogFixture.organization)
            #expect(receipt.accepted == 4)
            #expect(try await log.readAll(log.consumer()) == ["3"])
            let kept = try await log.database.pool.query(
                "SELECT person, title, provider FROM learner.learning ORDER BY title")
            #expect(try kept.map { try $0.text(1) } == ["Go", "chess", "cooking"])
            #expect(try kept.map { try $0.optionalText(2) } == ["Club", nil, nil])
            let again = LogFixture.event("1", source: "lms")
            #expect(try await log.appender.append([again], organization: LogFixture.organization).accepted == 0)
            #expect(try await log.appender.append(batch, organization: LogFixture.organization).accepted == 0)
            #expect(try await log.count("log.event") == 1)
        }
    }

    @Test func `an append is flushed before it is answered, whatever the database's default`() async throws {
        try await LogFixture.run { log in
            let name = log.database.name
            try await log.database.pool.execute("ALTER DATABASE \(name) SET synchronous_commit = off")
            // A trigger sees what the transaction itself sees.
            try await log.database.pool.withConnection { connection in
                try await connection.script(
                    """
                    CREATE TABLE public.seen (setting text, timeout text);
                    GRANT INSERT ON public.seen TO onus_ingestion; GRANT USAGE ON SCHEMA public TO onus_ingestion;
                    CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                        INSERT INTO public.seen VALUES
                            (current_setting('synchronous_commit'), current_setting('statement_timeout'));
                        RETURN NULL;
                    END $$;
                    CREATE TRIGGER see AFTER INSERT ON log.identity FOR EACH STATEMENT EXECUTE FUNCTION public.see();
                    """)
            }
            _ = try await log.appender.append(LogFixture.events(1...2), organization: LogFixture.organization)
            let seen = try await log.database.pool.query("SELECT setting, timeout FROM public.seen").only()
            #expect(try seen.text(0) == "on")
            #expect(try seen.text(1) == "9s")
        }
    }

    @Test func `the database refuses to write in a cluster that no era names`() async throws {
        try await LogFixture.run { log in
            try await log.database.pool.execute("UPDATE onus.era SET system_identifier = system_identifier + 1")
            let error = await #expect(throws: AppendError.self) {
                try await log.appender.append(LogFixture.events(1...1), organization: LogFixture.organization)
            }
            guard case .unavailable(let cause) = error else { throw Unexpected("\(String(describing: error))") }
            #expect(cause.sqlState?.code == "55000")
            #expect(try await log.count("log.identity") == 0)
        }
    }
}

enum OtherOrganization {
    static func make(_ log: LogFixture, name: String = "other") async throws -> OrganizationID {
        let rows = try await log.database.pool.query(
            "INSERT INTO onus.organization (name) VALUES ($1) RETURNING id", [.text(name)])
        return OrganizationID(rawValue: try rows.only().int4(0))
    }
}
