/// An event that the catalogue accepts, with what the log keeps of it still in the bytes that it came in.
package struct CompactEvent: Sendable {
    package let identity: EventIdentity
    package let type: EventType
    package let time: Instant
    package let subject: String?
    /// `data` as compact JSON in UTF-8, unknown members included; the bytes that ``ValidatedEvent/data`` would write.
    package let data: [UInt8]
    /// The envelope's other attributes likewise; nil where there are none.
    package let attributes: [UInt8]?
    /// What the event says, where it is somebody's personal learning; of others nobody asks for it on the way to the log.
    package let personalLearning: Payload?

    init(_ event: Event, data: [UInt8], attributes: [UInt8]?) {
        identity = event.identity
        type = event.type
        time = event.time
        subject = event.subject
        self.data = data
        self.attributes = attributes
        personalLearning = event.payload.isPersonalLearning ? event.payload : nil
    }
}
