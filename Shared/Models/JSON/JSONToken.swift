/// One value, or a member's name, where it lies in a document's bytes.
struct JSONToken {
    enum Kind: UInt8 {
        case null, `false`, `true`, number, string, array, object
    }

    let kind: Kind
    /// Whether compact JSON would write the very same bytes: no white space in it, no escape or digit that is written
    /// another way.
    var isCompact: Bool
    /// Whether a string has an escape in it.
    let hasEscape: Bool
    /// Where it begins, and where what follows it does. A string's quotes are part of it.
    let start: UInt32
    var end: UInt32
    /// The token behind it and behind all that is in it. An array's elements follow it one by one, an object's members
    /// as name and value.
    var next: UInt32
}
