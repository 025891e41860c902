/// An event that a connector made of a vendor's item, not yet judged.
package struct TranslatedEvent: Hashable, Sendable {
    /// In structured form.
    package let structured: JSONValue
    /// What the event's `id` names a state of; nil: the `id` is the event's own.
    package let subject: String?

    package init(_ structured: JSONValue, stateOf subject: String? = nil) {
        self.structured = structured
        self.subject = subject
    }
}
