import AsyncHTTPClient
import Connectors
import EventLog
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Models
import Postgres
import Schema
import ServiceKit
import ServiceLifecycle
import Support
import Synchronization
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct PollTests {
    @Test func `pages are read to the end, and only what is new is asked for again`() async throws {
        try await PollBench.run { bench in
            bench.vendor.add(count: 5)
            #expect(try await bench.poller.pollNext())
            #expect(try await bench.events() == ["1", "2", "3", "4", "5"])
            #expect(bench.vendor.requests == ["since=2026-01-01T00%3A00%3A00Z", "page=2", "page=4"])
            #expect(bench.vendor.authorizations == ["Bearer t0ken"])
            #expect(try await bench.poller.pollNext() == false)
            bench.vendor.add(count: 1)
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext())
            #expect(try await bench.events().count == 6)
            #expect(bench.vendor.requests.last == "since=2026-02-01T00%3A00%3A05Z")
            #expect(bench.pauses == [.milliseconds(100), .milliseconds(100)])
        }
    }

    @Test func `a refused page is asked for again after the vendor's own time, and nothing is lost or doubled`()
        async throws
    {
        try await PollBench.run { bench in
            bench.vendor.add(count: 5)
            bench.vendor.refuse([nil, (429, "120")])
            #expect(try await bench.poller.pollNext())
            #expect(try await bench.events() == ["1", "2"])
            #expect(
                try await bench.text("SELECT failures || ' ' || last_error FROM hook.poll")
                    == "1 the vendor answered 429")
            #expect(
                try await bench.number("SELECT count(*) FROM hook.poll WHERE due > now() + interval '110 seconds'") == 1
            )
            #expect(try await bench.poller.pollNext() == false)
            // A webhook that asks for a poll does not break the vendor's rule.
            _ = try await Polls(pool: bench.database.pool).want(bench.hook())
            #expect(try await bench.poller.pollNext() == false)
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext())
            #expect(try await bench.events() == ["1", "2", "3", "4", "5"])
            #expect(bench.vendor.requests == ["since=2026-01-01T00%3A00%3A00Z", "page=2", "page=2", "page=4"])
            #expect(try await bench.text("SELECT failures || ' ' || cursor FROM hook.poll") == "0 2026-02-01T00:00:05Z")
        }
    }

    @Test func `after a crash between append and cursor the page is read again and counts once`() async throws {
        try await PollBench.run { bench in
            bench.vendor.add(count: 3)
            #expect(try await bench.poller.pollNext())
            // As if the process had ended before it kept anything.
            try await bench.execute("UPDATE hook.poll SET cursor = NULL, page = NULL")
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext())
            #expect(try await bench.events() == ["1", "2", "3"])
        }
    }

    @Test func `one process polls at a time, and one that has lost its lease keeps nothing`() async throws {
        try await PollBench.run { bench in
            let polls = Polls(pool: bench.database.pool)
            let first = try #require(try await polls.claim())
            #expect(try await polls.claim() == nil)
            #expect(try await bench.poller.pollNext() == false)
            try await bench.execute("UPDATE hook.poll SET leased_until = now()")
            let second = try #require(try await polls.claim())
            #expect(try await polls.keep(first, PollState(cursor: "old")) == false)
            #expect(try await polls.renew(first) == nil)
            #expect(
                try await polls.finish(first, PollState(cursor: "old"), next: .seconds(60), pause: .zero) == false)
            #expect(try await polls.fail(first, PollFailure(reason: "late"), wait: .zero, pause: .zero) == false)
            #expect(try await polls.release(first, pause: .zero) == false)
            #expect(try await polls.keep(second, PollState(cursor: "new")))
            #expect(try await bench.text("SELECT cursor FROM hook.poll") == "new")
        }
    }

    @Test func `no request comes sooner than the vendor's limit wants, tokens' and the next poll's among them`()
        async throws
    {
        try await PollBench.run(wantsToken: true) { bench in
            var poller = bench.poller
            poller.pause = { try await Task.sleep(for: $0) }
            bench.vendor.add(count: 5)
            #expect(try await poller.pollNext())
            bench.vendor.revokeTokens()
            bench.vendor.refuse([nil, nil, (503, "0")])
            // At the end of a poll, and after a refusal, somebody wants the next one at once.
            for polls in 2...4 {
                try await bench.execute("UPDATE hook.poll SET due = now()")
                while try await !poller.pollNext() { await Task.yield() }
                if polls == 2 { bench.vendor.add(count: 3) }
            }
            #expect(bench.vendor.tokenRequests.count == 2)
            let times = bench.vendor.times
            #expect(times.count >= 10)
            // A few milliseconds for two clocks that are not one.
            for (one, next) in zip(times, times.dropFirst()) { #expect(next - one >= .milliseconds(97)) }
        }
    }

    @Test func `whoever lets go of a poll leaves the vendor alone for as long as its limit wants`() async throws {
        try await PollBench.run { bench in
            let polls = Polls(pool: bench.database.pool)
            let isPaused = "SELECT count(*) FROM hook.poll WHERE lease IS NULL AND leased_until > now()"
            for ending in ["finish", "fail", "release"] {
                let poll = try #require(try await polls.claim())
                switch ending {
                case "finish": _ = try await polls.finish(poll, PollState(), next: .zero, pause: .seconds(60))
                case "fail":
                    _ = try await polls.fail(poll, PollFailure(reason: "r"), wait: .zero, pause: .seconds(60))
                default: _ = try await polls.release(poll, pause: .seconds(60))
                }
                #expect(try await bench.number(isPaused) == 1, "\(ending)")
                #expect(try await polls.claim() == nil, "\(ending)")
                try await bench.makeDue()
            }
        }
    }

    @Test func `a poll that loses its lease while it waits for its turn asks nothing more`() async throws {
        try await PollBench.run { (bench) async throws in
            bench.vendor.add(count: 5)
            var poller = bench.poller
            poller.pause = { _ in try await bench.execute("UPDATE hook.poll SET lease = gen_random_uuid()") }
            #expect(try await poller.pollNext())
            #expect(bench.vendor.requests.count == 1)
            #expect(try await bench.number("SELECT failures FROM hook.poll") == 0)
        }
    }

    @Test func `a poll that is asked for follows a minute after the last one, and the first of all at once`()
        async throws
    {
        try await PollBench.run { bench in
            let polls = Polls(pool: bench.database.pool)
            let hook = try await bench.hook()
            try await bench.execute("UPDATE hook.poll SET due = now() + interval '1 day'")
            #expect(try await polls.want(hook))
            let poll = try #require(try await polls.claim())
            let isInAMinute = "SELECT count(*) FROM hook.poll WHERE due = last_success + interval '1 minute'"
            // While it runs.
            #expect(try await polls.want(hook))
            #expect(try await polls.finish(poll, PollState(), next: .seconds(3600), pause: .zero))
            #expect(try await bench.number(isInAMinute) == 1)
            // After it.
            try await bench.execute("UPDATE hook.poll SET due = now() + interval '1 hour'")
            for _ in 1...3 { #expect(try await polls.want(hook)) }
            #expect(try await bench.number(isInAMinute) == 1)
            // What is due sooner stays so.
            try await bench.execute("UPDATE hook.poll SET due = now() - interval '1 second'")
            #expect(try await polls.want(hook))
            #expect(try await polls.claim() != nil)
        }
    }

    @Test func `what is asked for in an earlier turn of a poll is not forgotten in the later ones`() async throws {
        try await PollBench.run { bench in
            let polls = Polls(pool: bench.database.pool)
            var poll = try #require(try await polls.claim())
            #expect(try await polls.keep(poll, PollState(page: "2", began: poll.now)))
            #expect(try await polls.want(poll.hook))
            #expect(try await polls.release(poll, pause: .zero))
            poll = try #require(try await polls.claim())
            #expect(try await polls.finish(poll, PollState(), next: .seconds(3600), pause: .zero))
            #expect(
                try await bench.number("SELECT count(*) FROM hook.poll WHERE due < now() + interval '2 minutes'") == 1)
        }
    }

    @Test func `ingestion changes how a poll stands, and never whose it is`() async throws {
        try await PollBench.run { bench in
            try await bench.database.pool.withConnection { connection in
                try await connection.execute("SET ROLE onus_ingestion")
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.execute("UPDATE hook.poll SET organization_id = 2")
                }
                #expect(error?.sqlState == .insufficientPrivilege)
                try await connection.execute("RESET ROLE")
            }
        }
    }

    @Test func `items that no rule is for are kept aside, and do not hold up the others`() async throws {
        try await PollBench.run { bench in
            bench.vendor.add(count: 2)
            bench.vendor.addRaw(#"{"at":"2026-02-01T00:01:00Z","what":"else"}"#)
            _ = try await bench.poller.pollNext()
            #expect(try await bench.events() == ["1", "2"])
            #expect(try await bench.number("SELECT count(*) FROM log.quarantine WHERE state = 'held'") == 1)
            #expect(try await bench.text("SELECT cursor FROM hook.poll") == "2026-02-01T00:01:00Z")
        }
    }

    @Test func `a hook without its connector or switched off is not polled`() async throws {
        try await PollBench.run { bench in
            try await bench.execute("UPDATE hook.hook SET connector = 'missing'")
            #expect(try await bench.poller.pollNext())
            #expect(bench.vendor.requests == [])
            #expect(try await bench.number("SELECT failures FROM hook.poll") == 1)
            try await bench.execute("UPDATE hook.hook SET connector = 'tool', disabled = now()")
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext() == false)
        }
    }

    @Test func `a hook that is switched off stores nothing more, whatever its poll has under way`() async throws {
        try await PollBench.run { bench in
            bench.vendor.add(count: 5)
            bench.vendor.hold()
            async let isPolled = bench.poller.pollNext()
            await bench.vendor.isHeld()
            try await bench.execute("UPDATE hook.hook SET disabled = now()")
            bench.vendor.release()
            #expect(try await isPolled)
            #expect(try await bench.events() == ["1", "2"])
            #expect(bench.vendor.requests.count == 2)
            let poll = try await Polls(pool: bench.database.pool).claim()
            #expect(poll == nil)
        }
    }

    @Test func `an access token is fetched once, again when it ends, and again when the vendor takes it no more`()
        async throws
    {
        let clock = Mutex(ContinuousClock.now)
        let now: @Sendable () -> ContinuousClock.Instant = { clock.withLock(\.self) }
        try await PollBench.run(wantsToken: true, now: now) { bench in
            bench.vendor.add(count: 5)
            #expect(try await bench.poller.pollNext())
            let credentials = Base64.encode(Array("onus:t0ken".utf8))
            #expect(bench.vendor.tokenRequests == ["Basic \(credentials) grant_type=client_credentials"])
            #expect(bench.vendor.authorizations == ["Bearer t1"])
            clock.withLock { $0 += .seconds(539) }
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext())
            #expect(bench.vendor.tokenRequests.count == 1)
            clock.withLock { $0 += .seconds(2) }
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext())
            #expect(bench.vendor.tokenRequests.count == 2)
            bench.vendor.revokeTokens()
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext())
            #expect(bench.vendor.tokenRequests.count == 3)
            #expect(bench.vendor.authorizations == ["Bearer t1", "Bearer t2", "Bearer t3"])
            #expect(try await bench.number("SELECT failures FROM hook.poll") == 0)
            #expect(try await bench.events().count == 5)
        }
    }

    @Test func `a poller that shuts down in the middle of a poll lets go of it, and the next one goes on there`()
        async throws
    {
        try await PollBench.run { bench in
            bench.vendor.add(count: 5)
            bench.vendor.hold()
            let group = ServiceGroup(
                configuration: .init(services: [.init(service: bench.poller)], logger: TestEnvironment.logger))
            async let run: Void = group.run()
            await bench.vendor.isHeld()
            await group.triggerGracefulShutdown()
            try await run
            bench.vendor.release()
            #expect(try await bench.events() == ["1", "2"])
            let standing = "SELECT concat_ws(' ', lease, right(page, 6), cursor, failures) FROM hook.poll"
            #expect(try await bench.text(standing) == "page=2 0")
            try await bench.makeDue()
            #expect(try await bench.poller.pollNext())
            #expect(try await bench.events() == ["1", "2", "3", "4", "5"])
            #expect(bench.vendor.requests.filter { $0.hasPrefix("since") }.count == 1)
            #expect(try await bench.text("SELECT cursor FROM hook.poll") == "2026-02-01T00:00:05Z")
        }
    }

    private static let states = """
            - type: onus.person.updated
              id: =concat('p/', /id, '/', hash(/manager))
              stateOf: =/person
              time: =now()
              data: {person: =text(/id), effectiveFrom: =date(now()), active: true, manager: =/manager}
        """

    private static func person(_ id: Int, _ manager: String) -> String {
        #"{"person":"k-m4rk3r-\#(id)","id":\#(id),"manager":"\#(manager)","at":"2026-02-01T00:00:00Z"}"#
    }

    @Test func `who gets a former manager back is told, and the same page again is known`() async throws {
        try await PollBench.run(rules: Self.states) { bench in
            func poll(_ items: String...) async throws {
                bench.vendor.set(items)
                try await bench.makeDue()
                #expect(try await bench.poller.pollNext())
            }
            func managers(of person: Int) async throws -> String {
                try await bench.text(
                    """
                    SELECT string_agg(data::json->>'manager', ' ' ORDER BY seq) FROM log.event WHERE id LIKE 'p/\(person)/%'
                    """)
            }
            for manager in ["m", "n", "m", "m"] { try await poll(Self.person(1, manager), Self.person(2, "m")) }
            #expect(try await managers(of: 1) == "m n m")
            #expect(try await managers(of: 2) == "m")
            // Somebody who is twice on a page is told once, however often it is read.
            for _ in 0..<3 { try await poll(Self.person(3, "m"), Self.person(3, "n")) }
            #expect(try await managers(of: 3) == "m n")
            // Of nobody there is no state, and what is no event of the catalogue is none either.
            try await poll(
                #"{"id":4,"manager":"m","at":"2026-02-01T00:00:00Z"}"#,
                #"{"person":5,"id":{},"manager":"m","at":"2026-02-01T00:00:00Z"}"#)
            #expect(try await bench.number("SELECT count(*) FROM log.quarantine WHERE state = 'held'") == 2)
            #expect(
                try await bench.text("SELECT string_agg(changes::text, ' ' ORDER BY changes) FROM hook.state")
                    == "1 2 3")
            let telling = "SELECT count(*) FROM hook.state AS s WHERE s::text LIKE '%m4rk3r%'"
            #expect(try await bench.number(telling) == 0)
        }
    }

    @Test func `a state holds since its page was asked for, not since it was stored`() async throws {
        try await PollBench.run(rules: Self.states) { bench in
            bench.vendor.set((1...3).map { Self.person($0, "m") })
            bench.vendor.hold()
            async let isPolled = bench.poller.pollNext()
            await bench.vendor.isHeld()
            let asked = try await bench.text("SELECT clock_timestamp()::text")
            bench.vendor.release()
            #expect(try await isPolled)
            #expect(try await bench.number("SELECT count(*) FROM hook.state WHERE seen < '\(asked)'") == 3)
            #expect(try await bench.number("SELECT count(DISTINCT seen) FROM hook.state") == 2)
        }
    }

    @Test func `a vendor that can't be reached is a failure like others`() async throws {
        try await PollBench.run { bench in
            try await bench.execute(#"UPDATE hook.hook SET settings = '{"base":"http://127.0.0.1:1"}'"#)
            #expect(try await bench.poller.pollNext())
            #expect(try await bench.number("SELECT failures FROM hook.poll") == 1)
            let error = try await bench.text("SELECT last_error FROM hook.poll")
            #expect(!error.contains("127.0.0.1"), "\(error)")
        }
    }
}
