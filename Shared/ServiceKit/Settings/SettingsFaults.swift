/// All that is wrong with the settings of a process, reported together so that one look mends them.
package struct SettingsFaults: Error, Sendable, CustomStringConvertible {
    /// One line a fault: `ONUS_PORT: expected an integer, 1 to 65535, got "many"`.
    package let faults: [String]

    package init(_ faults: [String]) {
        self.faults = faults
    }

    package var description: String {
        faults.joined(separator: "\n")
    }
}
