/// What to write after an attempt: the one place where an outcome becomes a state.
package enum DeliveryDecision: Hashable, Sendable {
    case sent
    /// `begun`: the receiver may have it already.
    case retry(after: Duration, because: String, begun: Bool = false)
    case parked(because: String)
    /// As parked, and the webhook takes no more.
    case webhookGone
    case postponed(QuietWait)
    case muted
    /// The notice goes back to be planned for another recipient.
    case replanned

    /// - Parameters:
    ///   - number: The number of the attempt just made, from 1.
    ///   - jitter: A draw from `0...1`.
    package init(after attempt: Attempt, number: Int, schedule: RetrySchedule, jitter: Double) {
        func again(_ reason: String, asked: Duration?, begun: Bool) -> DeliveryDecision {
            schedule.wait(after: number, asked: asked, jitter: jitter)
                .map { .retry(after: $0, because: reason, begun: begun) }
                ?? .parked(because: "given up after \(number) attempts; the last one: \(reason)")
        }
        switch attempt {
        case .delivered:
            self = .sent
        case .refused(let reason):
            self = .parked(because: reason)
        case .gone:
            self = .webhookGone
        case .early(let wait):
            self = .postponed(wait)
        case .unwanted:
            self = .muted
        case .misdirected:
            self = .replanned
        case .failed(let reason, let wait):
            self = again(reason, asked: wait, begun: false)
        case .unanswered(let reason):
            self = again(reason, asked: nil, begun: true)
        }
    }
}
