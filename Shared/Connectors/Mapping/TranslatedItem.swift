package import Models

/// What became of one item of a payload, or of a part of it.
package struct TranslatedItem: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// At least one.
        case events([TranslatedEvent])
        /// It says nothing that Onus wants.
        case ignored(because: String)
        /// What it announces has to be fetched.
        case thin(because: String)
        /// No rule is for it, or a rule finds no value in it.
        case refused(Problem)
    }

    /// Zero-based; 0 where the payload is the one item. The same for all parts of an item.
    package let index: Int
    /// Where it stands in the payload.
    package let pointer: String
    package let value: JSONValue
    package let outcome: Outcome
    /// Of what makes no event: the payload with this item alone, as far as the rules name it.
    package let kept: JSONValue?
    /// The `id` of the one event that a refused item would be, where it can be told.
    package let identity: String?
}
