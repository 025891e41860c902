package import Models

/// A notice as scoring wrote it, with its number in the table.
package struct DueNotice: Hashable, Sendable {
    package let id: Int64
    package let kind: NoticeKind
    /// Whom scoring addressed; ``RecipientChoice`` decides who gets it.
    package let addressee: PersonID
    /// The person it is about.
    package let person: PersonID?
    package let day: Day
    package let created: Instant
    /// One sentence.
    package let reason: String
    package let evidence: [EventIdentity]
    package let nextStep: String
    /// A path of the console, beginning with `/`.
    package let link: String

    package init(
        id: Int64, kind: NoticeKind, addressee: PersonID, person: PersonID?, day: Day, created: Instant,
        reason: String, evidence: [EventIdentity], nextStep: String, link: String
    ) {
        self.id = id
        self.kind = kind
        self.addressee = addressee
        self.person = person
        self.day = day
        self.created = created
        self.reason = reason
        self.evidence = evidence
        self.nextStep = nextStep
        self.link = link
    }
}
