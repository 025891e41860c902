/// Everything that is wrong with a policy, at once.
package struct InvalidPolicy: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one; the field of each is a JSON Pointer into the policy.
    package let faults: [InvalidValue]

    package init(faults: [InvalidValue]) {
        self.faults = faults
    }

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
