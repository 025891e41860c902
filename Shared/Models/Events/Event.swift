/// A fact: an event of the catalogue, as scoring sees it.
package struct Event: Hashable, Sendable {
    package let identity: EventIdentity
    /// When the fact happened.
    package let time: Instant
    package let subject: String?
    package let payload: Payload

    package init(identity: EventIdentity, time: Instant, subject: String? = nil, payload: Payload) {
        self.identity = identity
        self.time = time
        self.subject = subject
        self.payload = payload
    }

    /// The fact's day: the UTC date of its time.
    package var day: Day { time.day }
    package var type: EventType { payload.type }

    /// Its place in the total order of events.
    package var order: EventOrder { EventOrder(time: time, identity: identity) }

    /// Whether `left` comes before `right` in the total order.
    package static func precedes(_ left: Event, _ right: Event) -> Bool { left.order < right.order }

    /// The event as a CloudEvent in structured form.
    package var structured: JSONValue { structured(minimising: .none) }

    /// The same without what rules remove from its data.
    package func structured(minimising rules: MinimisationRules) -> JSONValue {
        var members = JSONObject()
        members.append("specversion", .string("1.0"))
        members.append("id", .string(identity.id))
        members.append("source", .string(identity.source))
        members.append("type", .string(type.rawValue))
        members.append("time", .string(time.description))
        if let subject { members.append("subject", .string(subject)) }
        members.append("datacontenttype", .string("application/json"))
        members.append("data", rules.minimise(payload.json))
        return .object(members)
    }
}
