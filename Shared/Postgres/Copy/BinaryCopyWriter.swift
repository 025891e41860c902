/// Encodes rows for `COPY … FROM STDIN (FORMAT binary)`.
///
/// The bindings' types must be the columns' own: binary COPY converts nothing.
package struct BinaryCopyWriter: Sendable {
    private var buffer: [UInt8]

    package init() {
        // Signature, flags, and the length of the header's extension.
        buffer = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
        buffer.append(contentsOf: repeatElement(0, count: 8))
    }

    /// Bytes gathered and not yet taken.
    package var count: Int { buffer.count }

    package mutating func append(_ row: [Binding]) {
        buffer.append(bigEndian: Int16(truncatingIfNeeded: row.count))
        for value in row { value.appendField(to: &buffer) }
    }

    /// The bytes gathered since the last call.
    package mutating func take() -> [UInt8] {
        defer { buffer = [] }
        return buffer
    }

    /// The last bytes, with the mark of the end.
    package mutating func finish() -> [UInt8] {
        buffer.append(bigEndian: Int16(-1))
        return take()
    }
}
