import Connectors
import Logging
import Models
import Postgres
import ServiceLifecycle

/// Makes the polls that are due. Over all replicas each hook is polled by one process at a time; several hooks are
/// polled side by side, so that a slow vendor holds up nobody else's.
///
/// Nothing is lost when the process ends anywhere: a page's events are durable before the poll moves on, and what is
/// read again is known by its identity.
struct ConnectorPoller: Service {
    typealias Fetch = @Sendable (PollRun.Request) async throws(PollFailure) -> PollAnswer

    /// Pages that one hook reads before others have their turn.
    static let pagesPerTurn = 200
    private static let workers = 3
    private static let interval = Duration.seconds(3)

    let polls: Polls
    let hooks: HookBook
    let intake: VendorIntake
    let fetch: Fetch
    let metrics: HookMetrics
    let logger: Logger
    var tokens = AccessTokens()
    /// Waits between two requests; a test's own takes no time.
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// In `0..<1`, for jitter.
    var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for worker in 1...Self.workers {
                group.addTask(name: "poller \(worker)") { await work() }
            }
        }
    }

    private func work() async {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                if try await pollNext() { continue }
            } catch {
                logger.warning("Polls held up", metadata: ["error": "\(error)"])
            }
            // Its only error is the cancellation that ends it.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.interval) }
        }
    }

    /// Makes one poll that is due.
    ///
    /// - Returns: Whether there was one.
    func pollNext() async throws -> Bool {
        guard let poll = try await polls.claim() else { return false }
        var pause = Duration.zero
        do {
            guard case .ready(let hook) = hooks.entry(of: poll.hook), let rule = hook.connector.poll else {
                throw PollFailure(reason: reason(poll.hook))
            }
            pause = rule.interval
            try await read(poll, hook, rule)
        } catch is LeaseLost {
            logger.notice("Poll taken over by another process, or switched off", metadata: metadata(poll.hook, [:]))
        } catch _ where Task.isShuttingDownGracefully || Task.isCancelled {
            // Whatever the interrupted request ended with: whoever runs next goes on with the page that was not read.
            _ = try await polls.release(poll, pause: pause)
        } catch let failure as PollFailure {
            try await fail(poll, failure, pause)
        } catch {
            logger.warning("Poll's events not stored", metadata: metadata(poll.hook, ["error": "\(error)"]))
            try await fail(poll, PollFailure(reason: "its events could not be stored"), pause)
        }
        return true
    }

    private func read(_ poll: LeasedPoll, _ hook: ReadyHook, _ rule: PollRule) async throws {
        var run = PollRun(
            hook.connector, rule, state: poll.state, secret: hook.apiSecrets.first ?? "",
            call: Scope.Call(hook: poll.hook.name, settings: hook.settings, now: poll.now))
        var hasAsked = false
        var asked = poll.now
        /// Every request but the first waits for its turn, and for nothing that it has no lease for any more.
        func ask(_ request: PollRun.Request) async throws -> PollAnswer {
            if hasAsked {
                try await cancelWhenGracefulShutdown { try await pause(rule.interval) }
                guard let now = try await polls.renew(poll) else { throw LeaseLost() }
                asked = now
            }
            hasAsked = true
            return try await cancelWhenGracefulShutdown { try await fetch(request) }
        }
        for _ in 0..<Self.pagesPerTurn {
            let page = try run.take(try await answer(to: &run, poll, hook, rule, ask))
            // The vendor may have taken its time, and the hook been switched off meanwhile.
            guard try await polls.holds(poll) else { throw LeaseLost() }
            let result = try await intake.take(page.items, of: hook, by: .polled(asked), canFetch: true)
            metrics.count(result)
            if page.isLast {
                if try await polls.finish(poll, run.state, next: .seconds(rule.every), pause: rule.interval) {
                    metrics.count(hook.connector.name, .completed)
                    logger.info("Poll completed", metadata: metadata(poll.hook, [:]))
                }
                return
            }
            guard try await polls.keep(poll, run.state) else { throw LeaseLost() }
        }
        _ = try await polls.release(poll, pause: rule.interval)
    }

    /// Somebody else has the poll, or nobody may make it.
    private struct LeaseLost: Error {}

    /// Asks for the next page: with an access token where the vendor wants one, and with a new one where it no longer
    /// takes the one at hand.
    private func answer(
        to run: inout PollRun, _ poll: LeasedPoll, _ hook: ReadyHook, _ rule: PollRule,
        _ ask: (PollRun.Request) async throws -> PollAnswer
    ) async throws -> PollAnswer {
        guard let rule = rule.token else { return try await ask(run.request) }
        let request = rule.request(settings: hook.settings, secret: hook.apiSecrets.first ?? "")
        func token() async throws -> String {
            try await tokens.token(of: poll.hook.name, by: request) {
                try rule.token(in: try await ask(request), now: poll.now)
            }
        }
        run.token = try await token()
        let answer = try await ask(run.request)
        guard answer.status == 401 else { return answer }
        tokens.forget(run.token, of: poll.hook.name)
        run.token = try await token()
        return try await ask(run.request)
    }

    private func fail(_ poll: LeasedPoll, _ failure: PollFailure, _ pause: Duration) async throws {
        let wait = PollBackoff.wait(failures: poll.failures + 1, asked: failure.wait, jitter: random())
        metrics.count(poll.hook.connector, .failed)
        logger.warning(
            "Poll failed",
            metadata: metadata(
                poll.hook, ["reason": "\(failure.reason)", "wait_s": "\(Int(wait / .seconds(1)))"]))
        _ = try await polls.fail(poll, failure, wait: wait, pause: pause)
    }

    private func reason(_ record: HookRecord) -> String {
        switch hooks.entry(of: record) {
        case .unusable(let reason): reason
        case .ready: "expected a connector that polls"
        }
    }

    private func metadata(_ hook: HookRecord, _ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["organization.id": "\(hook.organization)", "hook": "\(hook.name)"]) { value, _ in value }
    }
}
