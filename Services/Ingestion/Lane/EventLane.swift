import CoreMetrics
import EventLog
import HTTPTypes
import Logging
import Models
import NIOCore
import Schema
import ServiceKit
import Synchronization

/// The short way of single events: from the bytes of a connection to the log and back without a task, where nothing but
/// the plain case has to be dealt with. Everything else goes on to the router exactly as it came, which alone knows
/// what to say of it.
final class EventLane: Sendable {
    /// The longest body that it takes, in bytes.
    static let bodyLimit = 64 * 1024
    /// The roles that the router's `/v1` lets in.
    static let roles: Set<TokenRole> = [.admin, .integration, .lms]

    private let store: EventStore
    private let rules: RulesCache
    private let admission: Admission
    private let gate: BacklogGate
    private let tokens: TokenVerifier
    private let metrics: IngestionMetrics
    private let requests: RequestMetrics
    private let logger: Logger
    /// The wall clock.
    let now: @Sendable () -> Instant
    private let desks = Mutex<[ObjectIdentifier: EventDesk]>([:])

    init(
        store: EventStore, rules: RulesCache, admission: Admission, gate: BacklogGate, tokens: TokenVerifier,
        metrics: IngestionMetrics, requests: RequestMetrics, logger: Logger, now: @escaping @Sendable () -> Instant
    ) {
        self.store = store
        self.rules = rules
        self.admission = admission
        self.gate = gate
        self.tokens = tokens
        self.metrics = metrics
        self.requests = requests
        self.logger = logger
        self.now = now
    }

    /// The desk of an event loop; to be called there.
    func desk(on loop: any EventLoop) -> EventDesk {
        desks.withLock { desks in
            if let desk = desks[ObjectIdentifier(loop)] { return desk }
            let desk = EventDesk(self, on: loop)
            desks[ObjectIdentifier(loop)] = desk
            return desk
        }
    }

    /// Whose token this is, where that is known and it may send events.
    func sender(_ token: UnsafeBufferPointer<UInt8>) -> Sender? {
        tokens.known(token).flatMap { Self.roles.contains($0.role) ? $0 : nil }
    }

    /// Memory for a request that is arriving; while events are refused, none.
    func hold(_ bytes: Int) -> Bool { !gate.isShut && admission.hold(bytes) }

    func release(_ bytes: Int) { admission.release(bytes) }

    /// The event of a request, judged, counted and let in.
    ///
    /// - Parameter bytes: The request as a whole, and perhaps what follows it.
    /// - Returns: `nil` where it is the router's affair; nothing has been counted or held then.
    func event(_ head: LaneHead, _ bytes: UnsafeRawBufferPointer) -> LaneEvent? {
        let start = ContinuousClock.now
        let bytes = bytes.assumingMemoryBound(to: UInt8.self)
        guard !gate.isShut, let token = head.token, let sender = sender(UnsafeBufferPointer(rebasing: bytes[token])),
            let rules = rules.known(of: sender.organization),
            // Before its event costs anything; the router refuses it by its head.
            tokens.limits.hasRoom(for: sender)
        else { return nil }
        let body = UnsafeBufferPointer(rebasing: bytes[head.length..<head.length + head.bodyLength])
        guard case .valid(let entry) = EventJudge(rules: rules, role: sender.role).judge(body),
            admission.hold(head.bodyLength)
        else { return nil }
        // Last, since the router would count it again.
        guard tokens.limits.allows(sender) else {
            admission.release(head.bodyLength)
            return nil
        }
        requests.started()
        metrics.lane.increment()
        return LaneEvent(
            organization: sender.organization, entry: entry, held: head.bodyLength, start: start)
    }

    func append(
        _ arrivals: [GroupCommitter.Arrival], of organization: OrganizationID, telling recipient: any AppendRecipient
    ) {
        store.append(arrivals, of: organization, telling: recipient)
    }

    /// Counts an event that is durable.
    func stored(_ event: LaneEvent, isNew: Bool) {
        (isNew ? metrics.accepted : metrics.duplicates).increment()
        metrics.commit.recordNanoseconds(Int64((ContinuousClock.now - event.start) / .nanoseconds(1)))
        finish(event, .accepted)
    }

    /// Counts an event that was not stored, and logs why where it is our fault.
    ///
    /// - Returns: What its sender is to be told.
    func failed(_ event: LaneEvent, _ error: AppendError) -> LaneAnswer {
        let cause = EventStore.problem(of: error)
        let problem = ProblemDetails(cause)
        problem.log(cause, route: Self.route, to: logger)
        finish(event, problem.status)
        return LaneAnswer(problem)
    }

    private func finish(_ event: LaneEvent, _ status: HTTPResponse.Status) {
        admission.release(event.held)
        requests.finished(method: .post, route: Self.route, status: status, after: ContinuousClock.now - event.start)
    }

    private static let route = "/v1/events"
}
