/// An event that the catalogue accepts, with what the log keeps of it.
package struct ValidatedEvent: Hashable, Sendable {
    package let event: Event
    /// `data` as it came, unknown members included, minimised names removed.
    package let data: JSONValue
    /// The envelope's other attributes: `dataschema` and extensions. `datacontenttype` is always JSON and not kept.
    package let attributes: JSONObject

    package init(event: Event, data: JSONValue, attributes: JSONObject = JSONObject()) {
        self.event = event
        self.data = data
        self.attributes = attributes
    }

    package var identity: EventIdentity { event.identity }
    package var type: EventType { event.type }
    package var time: Instant { event.time }
    package var subject: String? { event.subject }

    /// An event of our own making: nothing in it but what the catalogue names.
    package init(_ event: Event) {
        self.init(event: event, data: event.payload.json)
    }
}
