package import Models

/// Items that say nothing Onus wants, and why.
struct IgnoreRule: Hashable, Sendable {
    let condition: Condition
    let reason: String
}

/// Items without content: the connector's pull fetches what they announce.
struct ThinRule: Hashable, Sendable {
    let condition: Condition
    let reason: String
}

/// One event of each item, or of each element of an array of it.
package struct EventRule: Hashable, Sendable {
    let condition: Condition
    let each: Template?
    package let type: EventType
    let id: Template
    let time: Template
    let subject: Template?
    let data: Template
    let path: String
}

/// What is done with the items of a payload.
package struct RuleSet: Hashable, Sendable {
    /// Where the items are; nil: the payload is the one item.
    let items: [String]?
    let ignore: [IgnoreRule]
    let thin: [ThinRule]
    package let events: [EventRule]
}
