import Models

/// A filter, parsed.
///
/// Source: RFC 7644, section 3.4.2.2.
indirect enum SCIMFilter: Hashable, Sendable {
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "eq"
        case notEqual = "ne"
        case contains = "co"
        case startsWith = "sw"
        case endsWith = "ew"
        case greater = "gt"
        case greaterOrEqual = "ge"
        case less = "lt"
        case lessOrEqual = "le"
    }

    case compare(SCIMPath, Comparison, JSONValue)
    /// Has a value; with a filter in the path: has an element that the filter lets pass.
    case present(SCIMPath)
    case all([SCIMFilter])
    case any([SCIMFilter])
    case not(SCIMFilter)
}
