/// The organisation a row belongs to: the first column of every table's key. 1 is `default`.
package struct OrganizationID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The organisation that `onus migrate` makes.
    package static let `default` = OrganizationID(rawValue: 1)

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    package var description: String { String(rawValue) }
}
