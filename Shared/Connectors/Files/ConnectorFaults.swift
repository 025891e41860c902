/// Everything that is wrong with a connector's file.
package struct ConnectorFaults: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// From 1.
        package let line: Int
        /// Where in the file, such as `/events/0/data/person`.
        package let path: String
        package let detail: String

        package var description: String { "line \(line), \(path.isEmpty ? "the whole file" : path): \(detail)" }
    }

    package let file: String
    /// In the order of the file; at least one.
    package let faults: [Fault]

    package var description: String { faults.map { "\(file): \($0)" }.joined(separator: "\n") }
}
