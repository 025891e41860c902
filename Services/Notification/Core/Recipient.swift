package import Models

/// A person who is about to receive notices, with what they chose.
package struct Recipient: Sendable {
    package let person: PersonID
    /// Whether mail can reach them: an address is known and they did not switch mail off.
    package let takesMail: Bool
    package let zone: LocalTime
    package let quiet: QuietHours
    package let muted: Set<NoticeKind>

    package init(
        person: PersonID, takesMail: Bool, zone: LocalTime, quiet: QuietHours = .standard, muted: Set<NoticeKind> = []
    ) {
        self.person = person
        self.takesMail = takesMail
        self.zone = zone
        self.quiet = quiet
        self.muted = muted
    }

    /// Whether they muted this kind. Contested evidence cannot be muted: somebody waits for a decision.
    package func mutes(_ kind: NoticeKind) -> Bool {
        kind.canBeMuted && muted.contains(kind)
    }
}
