package import Models

/// A delivery that this worker may attempt until its lease runs out.
package struct ClaimedDelivery: Hashable, Sendable {
    package enum Route: Hashable, Sendable {
        case email
        case webhook(Int64)
    }

    package let organization: OrganizationID
    package let id: Int64
    /// `nil`: a digest.
    package let notice: Int64?
    package let route: Route
    package let recipient: PersonID
    package let kind: NoticeKind
    /// The number of this attempt, from 1.
    package let attempt: Int
    /// When the claim's lease runs out. With the attempt's number it is the claim's identity: an operator may have begun
    /// the numbers anew meanwhile.
    package let leasedUntil: Instant
    /// Thirty-two lower-case hexadecimal digits; the same on every attempt.
    package let identity: String
    /// Whether an earlier attempt may have handed it over: it ended without an answer, or without an outcome.
    package let isBegun: Bool

    package init(
        organization: OrganizationID, id: Int64, notice: Int64?, route: Route, recipient: PersonID, kind: NoticeKind,
        attempt: Int, leasedUntil: Instant, identity: String, isBegun: Bool = false
    ) {
        self.organization = organization
        self.id = id
        self.notice = notice
        self.route = route
        self.recipient = recipient
        self.kind = kind
        self.attempt = attempt
        self.leasedUntil = leasedUntil
        self.identity = identity
        self.isBegun = isBegun
    }

    /// The `webhook-id`: no full stop.
    package var webhookID: String { "msg_\(identity)" }

    /// - Parameter domain: The sender's.
    package func messageID(domain: String) -> String { "<onus.\(identity)@\(domain)>" }
}
