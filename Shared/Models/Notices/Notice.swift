/// Something that is due, for one recipient. Scoring decides that it is, notification how and when it is delivered.
package struct Notice: Hashable, Sendable {
    /// Names the situation and its recipient: the same never gives two notices.
    package let key: String
    package let kind: NoticeKind
    package let recipient: PersonID
    package let recipientRole: RecipientRole
    /// The day it arose.
    package let day: Day
    /// Whom it is about, where it is about one person.
    package let subjectPerson: PersonID?
    /// One sentence: why now.
    package let reason: String
    package let evidence: [EventIdentity]
    /// One concrete thing to do.
    package let nextStep: String
    /// Where in the console: a path from its root.
    package let link: String

    package init(
        key: String, kind: NoticeKind, recipient: PersonID, recipientRole: RecipientRole, day: Day,
        subjectPerson: PersonID? = nil, reason: String, evidence: [EventIdentity] = [], nextStep: String, link: String
    ) {
        self.key = key
        self.kind = kind
        self.recipient = recipient
        self.recipientRole = recipientRole
        self.day = day
        self.subjectPerson = subjectPerson
        self.reason = reason
        self.evidence = evidence
        self.nextStep = nextStep
        self.link = link
    }
}
