/// A value that can't be built from what was given.
package struct InvalidValue: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the value was meant for.
    package let field: String
    /// What would have been accepted.
    package let expected: String
    /// What came, cut to a readable length.
    package let got: String

    package init(field: String, expected: String, got: String) {
        self.field = field
        self.expected = expected
        self.got = got
    }

    package var description: String { "\(field): expected \(expected), got \(got)" }
}
