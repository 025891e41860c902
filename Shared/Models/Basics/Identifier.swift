/// A caller's own name for a thing: 1 to 200 characters (Unicode scalars) without U+0000.
///
/// Compared, ordered and hashed as UTF-8 bytes, never by Swift's canonical equivalence. 200 scalars are at most 800
/// bytes, so that an identifier always fits an index entry of PostgreSQL.
///
/// Source: docs/events.md, "Identifiers".
package struct Identifier<Kind>: Sendable {
    package let rawValue: String

    /// The greatest length, in Unicode scalars.
    package static var limit: Int { 200 }

    /// - Throws: ``InvalidValue`` where `rawValue` is empty, longer than ``limit``, or holds U+0000.
    package init(_ rawValue: String) throws(InvalidValue) {
        if let fault = Self.fault(of: rawValue) {
            throw InvalidValue(field: "identifier", expected: "1 to \(Self.limit) characters", got: fault)
        }
        self.rawValue = rawValue
    }

    /// For values that were checked before: those of our own tables.
    package init(unchecked rawValue: String) {
        self.rawValue = rawValue
    }

    /// What is wrong with `rawValue`; nil where it is an identifier.
    static func fault(of rawValue: String) -> String? {
        let bytes = rawValue.utf8
        if bytes.isEmpty { return "an empty string" }
        if bytes.contains(0) { return "one with U+0000" }
        if bytes.count <= Self.limit { return nil }
        let scalars = rawValue.unicodeScalars.count
        return scalars > Self.limit ? "\(scalars) characters" : nil
    }
}

extension Identifier: Hashable {
    package static func == (left: Self, right: Self) -> Bool { UTF8Order.equal(left.rawValue, right.rawValue) }
    package func hash(into hasher: inout Hasher) { UTF8Order.hash(rawValue, into: &hasher) }
}

extension Identifier: Comparable {
    package static func < (left: Self, right: Self) -> Bool { UTF8Order.precedes(left.rawValue, right.rawValue) }
}

extension Identifier: CustomStringConvertible {
    package var description: String { rawValue }
}

/// The kinds of ``Identifier``: types without values.
package enum IdentifierKind {
    package enum Person {}
    package enum Role {}
    package enum Gap {}
    package enum Programme {}
    package enum Request {}
    package enum Expectation {}
}

package typealias PersonID = Identifier<IdentifierKind.Person>
package typealias RoleID = Identifier<IdentifierKind.Role>
package typealias GapID = Identifier<IdentifierKind.Gap>
package typealias ProgrammeID = Identifier<IdentifierKind.Programme>
package typealias RequestID = Identifier<IdentifierKind.Request>
package typealias ExpectationID = Identifier<IdentifierKind.Expectation>
