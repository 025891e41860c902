/// How long one claim holds, by this process's own clock: what it leaves for each step of a delivery.
///
/// Counted from before the claim, so that it ends before the database's own does.
package struct Lease: Sendable {
    /// How long a claim holds in the database.
    package static let length: Duration = .seconds(180)
    /// The longest that handing over takes.
    package static let handingOver = max(SMTPTransport.timeOut, WebhookTransport.timeOut)
    /// How long the database may take to say what to send; whoever would begin later does not.
    package static let reading: Duration = .seconds(60)
    /// What is left at least to write the outcome, while the database is away.
    package static let writing: Duration = length - reading - handingOver

    private let start: ContinuousClock.Instant

    /// - Parameter start: Before the claim.
    package init(from start: ContinuousClock.Instant) {
        self.start = start
    }

    /// Whether what is handed over at `now` is over, and its outcome written, before somebody else may claim it.
    package func allowsHandingOver(at now: ContinuousClock.Instant) -> Bool {
        now < start + Self.reading
    }

    /// How long the claim still holds; negative where it has run out.
    package func left(at now: ContinuousClock.Instant) -> Duration {
        now.duration(to: start + Self.length)
    }
}
