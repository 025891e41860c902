package import Models

/// What becomes of some notices to one recipient: every delivery to write, and earlier ones that must give way.
package struct DeliveryPlan: Hashable, Sendable {
    package enum Channel: String, Hashable, Sendable {
        case inbox, email, webhook
    }

    /// The state a delivery is written in. Attempts move it on later.
    package enum State: String, Hashable, Sendable {
        /// Done as soon as it is written: the inbox is a table.
        case sent
        case pending
        /// Over the day's allowance: waits for the digest.
        case held
        /// The recipient muted the kind; kept so that nothing disappears unseen.
        case muted
    }

    package struct Delivery: Hashable, Sendable {
        package let notice: Int64
        package let channel: Channel
        /// The webhook's id, of the channel `webhook`.
        package let webhook: Int64?
        package let state: State
        package let due: Instant
        /// The recipient's calendar day on which it goes out: what the allowance counts by.
        package let day: Day

        package init(notice: Int64, channel: Channel, webhook: Int64?, state: State, due: Instant, day: Day) {
            self.notice = notice
            self.channel = channel
            self.webhook = webhook
            self.state = state
            self.due = due
            self.day = day
        }
    }

    package var deliveries: [Delivery]
    /// Deliveries planned earlier for the same day and not begun, which more urgent ones displace into the digest.
    package var displaced: [Int64]
    /// When the digest is due that takes the held and the displaced.
    package var digest: Instant
}
