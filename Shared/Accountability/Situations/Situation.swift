package import Models

/// Something that is due or has come about, on a day, for somebody: what a notice is made of.
///
/// Source: `nudges.md`. Delivery, contacts and links are notification's and the ledger's part.
package struct Situation: Hashable, Sendable {
    package enum Recipient: Hashable, Sendable {
        case person(PersonID, RecipientRole)
        /// The organisation's L&D contact.
        case learningAndDevelopment
        /// The organisation's HR contact.
        case humanResources
    }

    package let kind: NoticeKind
    package let recipient: Recipient
    /// The day on which it arises.
    package let day: Day
    package let person: PersonID?
    package let gap: GapID?
    /// Names the situation and its recipient: the same in every computation from the same facts.
    package let key: String
    /// One sentence: why now. Names people and gaps by their identifiers.
    package let reason: String
    package let nextStep: String
    /// In the order of events.
    package let evidence: [EventIdentity]

    /// - Parameter distinction: What tells it from others of its kind with this recipient.
    init(
        _ kind: NoticeKind, to recipient: Recipient, on day: Day, person: PersonID? = nil, gap: GapID? = nil,
        distinction: [String], reason: String, nextStep: String, evidence: [EventOrder] = []
    ) {
        self.kind = kind
        self.recipient = recipient
        self.day = day
        self.person = person
        self.gap = gap
        self.reason = reason
        self.nextStep = nextStep
        self.evidence = evidence.sorted().map(\.identity)
        // As JSON, since identifiers may hold any separator.
        let parts = [kind.rawValue, recipient.name] + distinction
        key = JSONValue.array(parts.map(JSONValue.string)).serialized
    }
}

extension Situation.Recipient {
    /// Stable: part of the keys of notices.
    fileprivate var name: String {
        switch self {
        case .person(let person, _): "person " + person.rawValue
        case .learningAndDevelopment: "l_and_d"
        case .humanResources: "hr"
        }
    }
}
