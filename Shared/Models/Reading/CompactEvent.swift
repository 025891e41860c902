/// An event that the catalogue accepts, with what the log keeps of it still in the bytes that it came in.
package struct CompactEvent: Sendable {
    package let event: Event
    /// `data` as compact JSON in UTF-8, unknown members included; the bytes that ``ValidatedEvent/data`` would write.
    package let data: [UInt8]
    /// The envelope's other attributes likewise; nil where there are none.
    package let attributes: [UInt8]?
}
