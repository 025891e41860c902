package import Models

/// How long a mail waits because its recipient must not be disturbed now.
package struct QuietWait: Hashable, Sendable {
    /// When the quiet hours end.
    package let until: Instant
    /// The recipient's calendar day of ``until``, by which the allowance counts.
    package let day: Day
    /// When the digest is due that takes the mail where that day's allowance is used up.
    package let digest: Instant

    /// - Returns: `nil` where the recipient may be disturbed now.
    package init?(_ quiet: QuietHours, in zone: LocalTime, now: Instant) {
        let until = quiet.nextDisturbance(notBefore: now, in: zone)
        guard until > now else { return nil }
        self.until = until
        day = zone.reading(at: until).day
        digest = quiet.nextDigest(after: now, in: zone)
    }
}
