import Models

/// A vendor's words and what they are in Onus.
package struct LookupTable: Hashable, Sendable {
    let values: [String: JSONValue]
    /// For a word that is not in the table; nil: such a word is a fault.
    let fallback: JSONValue?
}
