import EventLog
import Logging
import Models
import Postgres
import ServiceLifecycle
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct WakeUpTests {
    /// Counts the notifications of the log's channel that arrive while `body` runs.
    private func counting(_ log: LogFixture, _ body: () async throws -> Void) async throws -> Int {
        let listener = Listener(
            configuration: log.configuration(role: "onus_scoring"), channels: [LogChannel.log.name, "end"],
            logger: LogFixture.logger)
        var count = 0
        var iterator = listener.makeAsyncIterator()
        #expect(await iterator.next() == .connected)
        try await body()
        // Notifications keep the order of their commits, so this one is the last.
        _ = try await log.database.pool.query("SELECT pg_notify('end', '')::text")
        while let event = await iterator.next() {
            if case .notification(channel: "end", _) = event { break }
            count += 1
        }
        return count
    }

    private func sleeper(_ log: LogFixture, interval: Duration = .seconds(60)) -> Sleeper {
        Sleeper(
            pool: log.scoring, configuration: log.configuration(role: "onus_scoring"), consumer: "test",
            interval: interval, logger: LogFixture.logger)
    }

    @Test func `nobody is notified where nobody sleeps`() async throws {
        try await LogFixture.run { log in
            let wakeUp = log.wakeUp()
            let count = try await counting(log) {
                for number in 0..<5 {
                    _ = try await log.appender.append(LogFixture.events([number]), organization: .default)
                    #expect(try await wakeUp.send() == false)
                }
            }
            #expect(count == 0)
        }
    }

    @Test func `a sleeper is notified once, however many processes wake it`() async throws {
        try await LogFixture.run { log in
            let sleeper = sleeper(log, interval: .milliseconds(1))
            _ = try await sleeper.sleep { false }
            let count = try await counting(log) {
                let sent = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<16 {
                        group.addTask { try await log.wakeUp().send() }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(sent == 1)
            }
            #expect(count == 1)
            // Asleep again, and woken again.
            _ = try await sleeper.sleep { false }
            #expect(try await log.wakeUp().send())
        }
    }

    @Test func `an appended event wakes the sleeping consumer long before its interval is over`() async throws {
        try await LogFixture.run { log in
            let wakeUp = log.wakeUp()
            let appender = EventAppender(pool: log.ingestion, wakeUp: wakeUp)
            let sleeper = sleeper(log)
            let consumer = log.consumer()
            #expect(try await log.readAll(consumer) == [])
            let read = try await withThrowingTaskGroup(of: [String]?.self) { group in
                group.addTask {
                    try await wakeUp.run()
                    return nil
                }
                group.addTask {
                    try await sleeper.run()
                    return nil
                }
                group.addTask {
                    var ids: [String] = []
                    while ids.count < 3 {
                        // The first one: the ring of the connection itself.
                        #expect(try await sleeper.sleep { try await consumer.hasUnread() })
                        ids += try await log.readAll(consumer)
                    }
                    return ids
                }
                for number in 0..<3 {
                    try await log.waitUntilAsleep()
                    _ = try await appender.append(LogFixture.events([number]), organization: .default)
                }
                while let result = try await group.next() {
                    if let result {
                        group.cancelAll()
                        return result
                    }
                }
                return []
            }
            #expect(read == ["0", "1", "2"])
        }
    }

    @Test func `a wake-up that can't get its lock holds up no append`() async throws {
        try await LogFixture.run { log in
            _ = try await sleeper(log, interval: .milliseconds(1)).sleep { false }
            let pool = PostgresPool(
                configuration: log.configuration(role: "onus_ingestion"), size: 0...1, acquireTimeout: .seconds(60),
                logger: LogFixture.logger)
            let appender = EventAppender(pool: pool, wakeUp: WakeUp(pool: pool, logger: LogFixture.logger))
            // As another one whose wake-up does not end.
            let other = try await Connection.connect(log.database.configuration, logger: LogFixture.logger)
            _ = try await other.query(
                "SELECT pg_advisory_lock(hashtextextended('onus log.wake ' || $1, 0))::text",
                [.text(LogChannel.log.name)])
            // Ended in any case, so that a failure ends too.
            let release = Task {
                try? await Task.sleep(for: .seconds(60))
                await other.close()
            }
            let began = ContinuousClock.now
            for number in 0..<20 {
                _ = try await appender.append(LogFixture.events([number]), organization: .default)
            }
            #expect(ContinuousClock.now - began < .seconds(50))
            #expect(try await log.count("log.event") == 20)
            release.cancel()
            await release.value
            await pool.close()
        }
    }

    @Test func `an append rings by itself where somebody sleeps`() async throws {
        try await LogFixture.run { log in
            _ = try await sleeper(log, interval: .milliseconds(1)).sleep { false }
            // Nothing runs that could send a request.
            let appender = EventAppender(
                pool: log.ingestion, wakeUp: log.wakeUp())
            let count = try await counting(log) {
                _ = try await appender.append(LogFixture.events([1]), organization: .default)
                while try await log.marks().asleep > log.marks().woken { await Task.yield() }
            }
            #expect(count == 1)
        }
    }

    @Test func `appends ask nobody for a while after nobody slept`() async throws {
        try await LogFixture.run { log in
            let wakeUp = log.wakeUp(pause: .seconds(3600))
            let appender = EventAppender(pool: log.ingestion, wakeUp: wakeUp)
            #expect(wakeUp.postscript() != nil)
            _ = try await appender.append(LogFixture.events([1]), organization: .default)
            while wakeUp.postscript() != nil { await Task.yield() }
            _ = try await sleeper(log, interval: .milliseconds(1)).sleep { false }
            let count = try await counting(log) {
                try await log.ingestion.withConnection { connection in
                    let entries = LogFixture.events([2]).map(LogEntry.init)
                    _ = try await appender.append(entries, organization: .default, through: connection)
                    // Would wait for a ring.
                    _ = try await connection.query("SELECT 1")
                }
            }
            #expect(count == 0)
        }
    }

    @Test func `an append's ring that fails is sent as soon as it can be`() async throws {
        try await LogFixture.run { log in
            _ = try await sleeper(log, interval: .milliseconds(1)).sleep { false }
            let wakeUp = log.wakeUp()
            let appender = EventAppender(pool: log.ingestion, wakeUp: wakeUp)
            let refused = "REVOKE EXECUTE ON FUNCTION log.wake(text) FROM onus_ingestion"
            try await log.database.pool.withConnection { try await $0.script(refused) }
            try await log.ingestion.withConnection { connection in
                let entries = LogFixture.events([1]).map(LogEntry.init)
                let receipt = try await appender.append(entries, organization: .default, through: connection)
                #expect(receipt.isNew == [true])
                // The next statement waits for the ring to fail.
                _ = try await connection.query("SELECT 1")
            }
            let granted = "GRANT EXECUTE ON FUNCTION log.wake(text) TO onus_ingestion"
            try await log.database.pool.withConnection { try await $0.script(granted) }
            let count = try await counting(log) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await wakeUp.run() }
                    while try await log.marks().asleep > log.marks().woken { await Task.yield() }
                    // The mark is seen before its transaction commits, which a cancellation would prevent.
                    let busy = """
                        SELECT FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
                            AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                        """
                    while try await !log.database.pool.query(busy).isEmpty { await Task.yield() }
                    group.cancelAll()
                }
            }
            #expect(count == 1)
        }
    }

    @Test func `a consumer looks once more after it has said that it sleeps`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            #expect(try await log.readAll(consumer) == [])
            let mayWork = try await sleeper(log).sleep {
                // A writer that looked for sleepers before this one had said so.
                _ = try await log.appender.append(LogFixture.events([1]), organization: .default)
                return try await consumer.hasUnread()
            }
            #expect(mayWork)
        }
    }

    @Test func `an idle worker that polls writes nothing`() async throws {
        try await LogFixture.run { log in
            let sleeper = sleeper(log, interval: .milliseconds(1))
            #expect(try await sleeper.sleep { false } == false)
            let before = try await log.marks()
            for _ in 0..<3 { _ = try await sleeper.sleep { false } }
            let after = try await log.marks()
            #expect(before.asleep == after.asleep && before.woken == after.woken)
        }
    }

    @Test func `notification hears of notices, though it doesn't say when it sleeps`() async throws {
        try await LogFixture.run { log in
            let listener = Listener(
                configuration: log.configuration(role: "onus_notification"), channels: [LogChannel.notice.name],
                logger: LogFixture.logger)
            var iterator = listener.makeAsyncIterator()
            #expect(await iterator.next() == .connected)
            try await WakeUp(pool: log.scoring, channel: .notice, logger: LogFixture.logger).notify()
            #expect(await iterator.next() == .notification(channel: LogChannel.notice.name, payload: ""))
        }
    }

    @Test func `marks that a dump has caught at different moments wake all the same`() async throws {
        try await LogFixture.run { log in
            _ = try await log.database.pool.query("SELECT setval('log.onus_log_woken', 7)")
            let sleeper = sleeper(log, interval: .milliseconds(1))
            _ = try await sleeper.sleep { false }
            #expect(try await log.marks().asleep == 8)
            #expect(try await log.wakeUp().send())
        }
    }

    @Test func `a wake-up that can't be sent is sent as soon as it can`() async throws {
        try await LogFixture.run { log in
            _ = try await sleeper(log, interval: .milliseconds(1)).sleep { false }
            let wakeUp = log.wakeUp()
            let refused = "REVOKE EXECUTE ON FUNCTION log.wake(text) FROM onus_ingestion"
            try await log.database.pool.withConnection { try await $0.script(refused) }
            await #expect(throws: PostgresError.self) { try await wakeUp.send() }
            wakeUp.request()
            let count = try await counting(log) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await wakeUp.run() }
                    let granted = "GRANT EXECUTE ON FUNCTION log.wake(text) TO onus_ingestion"
                    try await log.database.pool.withConnection { try await $0.script(granted) }
                    while try await log.marks().asleep > log.marks().woken { await Task.yield() }
                    // The mark is seen before its transaction commits, which a cancellation would prevent.
                    let busy = """
                        SELECT FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
                            AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                        """
                    while try await !log.database.pool.query(busy).isEmpty { await Task.yield() }
                    group.cancelAll()
                }
            }
            #expect(count == 1)
        }
    }

    @Test(arguments: [true, false])
    func `a wake-up whose commit fails is sent though its mark stays`(isBehindAppend: Bool) async throws {
        try await LogFixture.run { log in
            try await log.database.pool.withConnection { owner in
                try await owner.script(
                    """
                    CREATE TABLE public.fault ();
                    CREATE TABLE public.wake ();
                    CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                    BEGIN
                        IF EXISTS (SELECT FROM public.fault) THEN
                            RAISE EXCEPTION 'as if the lock of notifications was not to be had' USING ERRCODE = '55P03';
                        END IF;
                        RETURN NULL;
                    END
                    $$;
                    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON public.wake DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION public.refuse();
                    CREATE FUNCTION public.note() RETURNS SETOF integer LANGUAGE sql SECURITY DEFINER AS
                        $$ INSERT INTO public.wake DEFAULT VALUES RETURNING 1 $$;
                    ALTER FUNCTION log.wake RENAME TO wake_as_it_was;
                    CREATE FUNCTION log.wake(channel text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
                    BEGIN
                        RETURN log.wake_as_it_was(channel) AND EXISTS (SELECT FROM public.note());
                    END
                    $$;
                    INSERT INTO public.fault DEFAULT VALUES;
                    """)
            }
            _ = try await sleeper(log, interval: .milliseconds(1)).sleep { false }
            let wakeUp = log.wakeUp()
            let listener = Listener(
                configuration: log.configuration(role: "onus_scoring"), channels: [LogChannel.log.name],
                logger: LogFixture.logger)
            var iterator = listener.makeAsyncIterator()
            #expect(await iterator.next() == .connected)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await wakeUp.run() }
                if isBehindAppend {
                    let appender = EventAppender(pool: log.ingestion, wakeUp: wakeUp, tiers: IdentityTiers())
                    _ = try await appender.append(LogFixture.events([1]), organization: .default)
                } else {
                    wakeUp.request()
                }
                // Everybody sees the mark, and nobody else notifies.
                while try await log.marks().asleep > log.marks().woken { await Task.yield() }
                #expect(try await log.wakeUp().send() == false)
                #expect(await iterator.next() == .notification(channel: LogChannel.log.name, payload: ""))
                group.cancelAll()
            }
            #expect(try await log.count("public.wake") == 0)
        }
    }

    @Test func `a doorbell keeps a ring for the next wait, and ends with its task`() async {
        let doorbell = Doorbell()
        doorbell.ring()
        doorbell.ring()
        #expect(await doorbell.wait(for: .seconds(60)))
        #expect(await doorbell.wait(for: .milliseconds(5)) == false)
        #expect(await doorbell.wait(for: .milliseconds(5)) == false)
        async let woken = doorbell.wait(for: .seconds(60))
        doorbell.ring()
        #expect(await woken)
        let task = Task { await doorbell.wait(for: .seconds(60)) }
        task.cancel()
        #expect(await task.value == false)
        // Neither the ring that nobody waited for at the end of a task nor its time limit reaches a later wait.
        #expect(await doorbell.wait(for: .milliseconds(5)) == false)
    }

    @Test func `a doorbell that is rung and waited for by turns loses no ring`() async {
        let (doorbell, answered) = (Doorbell(), Doorbell())
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<2_000 {
                    doorbell.ring()
                    // A ring that is lost runs into the suite's limit.
                    #expect(await answered.wait(for: .seconds(3600)))
                }
            }
            group.addTask {
                for number in 0..<2_000 {
                    // Now and then the time is up just before.
                    while await !doorbell.wait(for: .microseconds(number % 7 * 20)) {}
                    answered.ring()
                }
            }
        }
    }

    @Test func `what was asked for before the shutdown is sent`() async throws {
        try await LogFixture.run { log in
            _ = try await sleeper(log, interval: .milliseconds(1)).sleep { false }
            let wakeUp = log.wakeUp()
            wakeUp.request()
            let count = try await counting(log) {
                let group = ServiceGroup(
                    configuration: .init(services: [wakeUp], logger: LogFixture.logger))
                async let running: Void = group.run()
                await group.triggerGracefulShutdown()
                try await running
            }
            #expect(count == 1)
        }
    }
}

extension LogFixture {
    /// The last mark of sleep, and the last that was notified.
    func marks() async throws -> (asleep: Int64, woken: Int64) {
        let row = try await database.pool.query(
            """
            SELECT coalesce(pg_sequence_last_value('log.onus_log_asleep'), 0),
                coalesce(pg_sequence_last_value('log.onus_log_woken'), 0)
            """
        ).only()
        return (try row.int8(0), try row.int8(1))
    }

    func waitUntilAsleep() async throws {
        while true {
            let (asleep, woken) = try await marks()
            if asleep > woken { return }
        }
    }
}
