/// What to write after an attempt: the one place where an outcome becomes a state.
package enum DeliveryDecision: Hashable, Sendable {
    case sent
    case retry(after: Duration, because: String)
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
            if let pause = schedule.wait(after: number, asked: wait, jitter: jitter) {
                self = .retry(after: pause, because: reason)
            } else {
                self = .parked(because: "given up after \(number) attempts; the last one: \(reason)")
            }
        }
    }
}
