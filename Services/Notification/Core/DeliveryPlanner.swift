package import Models

/// Decides how and when notices reach one recipient. Pure: the clock is an argument.
///
/// - The inbox has every notice at once.
/// - Mail waits for the end of the recipient's quiet hours; at most ``dailyAllowance`` go out a day, the most urgent
///   first, and the rest wait for the digest. A more urgent notice displaces a less urgent one that hasn't begun.
/// - Webhooks are systems, not people: at once, without quiet hours or allowance. Several recipients of one notice
///   don't multiply them, since each notice has one recipient.
///
/// Source: `nudges.md`, delivery rules.
package struct DeliveryPlanner: Sendable {
    /// Mails a person gets a day at once.
    package static let dailyAllowance = 3

    /// A notice to plan.
    package struct Arrival: Hashable, Sendable {
        package let notice: Int64
        package let kind: NoticeKind
        /// Webhooks registered for its kind.
        package let webhooks: [Int64]

        package init(notice: Int64, kind: NoticeKind, webhooks: [Int64] = []) {
            self.notice = notice
            self.kind = kind
            self.webhooks = webhooks
        }
    }

    /// A mail already planned for the same recipient and day.
    package struct Planned: Hashable, Sendable {
        package let delivery: Int64
        package let kind: NoticeKind
        /// Whether it could still wait: not sent, not tried, and claimed by nobody.
        package let canWait: Bool

        package init(delivery: Int64, kind: NoticeKind, canWait: Bool) {
            self.delivery = delivery
            self.kind = kind
            self.canWait = canWait
        }
    }

    private let recipient: Recipient
    private let now: Instant

    package init(recipient: Recipient, now: Instant) {
        self.recipient = recipient
        self.now = now
    }

    /// When mail planned now goes out.
    package var due: Instant { recipient.quiet.nextDisturbance(notBefore: now, in: recipient.zone) }

    /// The recipient's calendar day of ``due``.
    package var day: Day { recipient.zone.reading(at: due).day }

    /// - Parameter planned: Every mail already planned for ``recipient`` on ``day``, sent ones included.
    package func plan(_ arrivals: [Arrival], alongside planned: [Planned]) -> DeliveryPlan {
        var plan = DeliveryPlan(
            deliveries: [], displaced: [], digest: recipient.quiet.nextDigest(after: now, in: recipient.zone))
        let due = due
        let day = day
        let today = recipient.zone.reading(at: now).day
        for arrival in arrivals {
            plan.deliveries.append(
                .init(notice: arrival.notice, channel: .inbox, webhook: nil, state: .sent, due: now, day: today))
            for webhook in arrival.webhooks {
                plan.deliveries.append(
                    .init(
                        notice: arrival.notice, channel: .webhook, webhook: webhook, state: .pending, due: now,
                        day: today))
            }
        }
        guard recipient.takesMail else { return plan }
        let admitted = admit(arrivals, alongside: planned)
        plan.displaced = admitted.displaced
        for arrival in arrivals {
            let state: DeliveryPlan.State =
                recipient.mutes(arrival.kind) ? .muted : admitted.notices.contains(arrival.notice) ? .pending : .held
            plan.deliveries.append(
                .init(
                    notice: arrival.notice, channel: .email, webhook: nil, state: state,
                    due: state == .held ? plan.digest : due, day: day))
        }
        return plan
    }

    /// Which arrivals get a place in the day's allowance, and which earlier deliveries lose theirs.
    private func admit(
        _ arrivals: [Arrival], alongside planned: [Planned]
    ) -> (notices: Set<Int64>, displaced: [Int64]) {
        let fixed = planned.count { !$0.canWait }
        let places = max(0, Self.dailyAllowance - fixed)
        // Of equal urgency the earlier planned keeps its place, then the earlier notice: nobody's order flickers.
        var candidates = planned.filter(\.canWait).map { (urgency: $0.kind.urgency, earlier: 0, id: $0.delivery) }
        candidates += arrivals.filter { !recipient.mutes($0.kind) }.map {
            (urgency: $0.kind.urgency, earlier: 1, id: $0.notice)
        }
        candidates.sort { ($0.urgency, $0.earlier, $0.id) < ($1.urgency, $1.earlier, $1.id) }
        let admitted = candidates.prefix(places)
        let rest = candidates.dropFirst(places)
        return (
            Set(admitted.filter { $0.earlier == 1 }.map(\.id)), rest.filter { $0.earlier == 0 }.map(\.id).sorted()
        )
    }
}
