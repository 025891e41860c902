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
    /// What the `id` names a state of; nil: the `id` is the event's own.
    let stateOf: Template?
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
    /// The headers that the rules name, in lower case.
    package let headers: Set<String>
    /// What the rules name of a payload that holds items.
    private let partsWithItems: NamedParts
    /// What they name of a payload that is the item.
    private let partsAsItem: NamedParts

    init(items: [String]?, ignore: [IgnoreRule], thin: [ThinRule], events: [EventRule]) {
        self.items = items
        self.ignore = ignore
        self.thin = thin
        self.events = events
        var names = NameCollector()
        for rule in ignore { names.collect(rule.condition) }
        for rule in thin { names.collect(rule.condition) }
        for rule in events { names.collect(rule) }
        headers = names.headers
        let place = (items ?? []).map { NamedParts.Step.member($0) }
        var asItem = names.payload
        asItem.name(place, .presence)
        var withItems = asItem
        withItems.add(names.item, at: place + [.element])
        asItem.add(names.item)
        partsWithItems = withItems
        partsAsItem = asItem
    }

    /// A payload with this one item of it, as far as the rules name it: what may be kept, and is enough for translating it
    /// anew.
    ///
    /// - Parameter pointer: Where the items stand; nil: the payload is the item.
    func kept(of item: JSONValue, at pointer: String?, in payload: JSONValue) -> JSONValue? {
        guard let pointer else { return partsAsItem.kept(of: payload) }
        return payload.setting(.array([item]), at: pointer).map { partsWithItems.kept(of: $0) }
    }
}
