/// A one-dimensional PostgreSQL array gathered element by element in one contiguous buffer, ready
/// to bind: the way to send many rows to `unnest` without a value of their own for each cell.
///
/// The appended values must be of the element type that the array was made for.
package struct BinaryArray: Sendable {
    /// What the array holds.
    package enum Element: Sendable {
        case bool, int2, int4, int8, float8, text, bytea, uuid, timestamptz, date, json, jsonb, xid8

        /// The element's type and the array's.
        var types: (element: TypeOID, array: TypeOID) {
            switch self {
            case .bool: (.bool, .boolArray)
            case .int2: (.int2, .int2Array)
            case .int4: (.int4, .int4Array)
            case .int8: (.int8, .int8Array)
            case .float8: (.float8, .float8Array)
            case .text: (.text, .textArray)
            case .bytea: (.bytea, .byteaArray)
            case .uuid: (.uuid, .uuidArray)
            case .timestamptz: (.timestamptz, .timestamptzArray)
            case .date: (.date, .dateArray)
            case .json: (.json, .jsonArray)
            case .jsonb: (.jsonb, .jsonbArray)
            case .xid8: (.xid8, .xid8Array)
            }
        }

        /// Bytes of an element with its length, as a first guess for the buffer.
        var width: Int {
            switch self {
            case .bool: 5
            case .int2: 6
            case .int4, .date: 8
            case .int8, .float8, .timestamptz, .xid8: 12
            case .uuid: 20
            case .text, .bytea: 24
            case .json, .jsonb: 128
            }
        }
    }

    package let element: Element
    package private(set) var count = 0
    private var hasNulls = false
    private var buffer: [UInt8] = []

    /// Dimensions, flags, element type, length, lower bound.
    private static let headerLength = 20

    /// - Parameters:
    ///   - capacity: How many elements to make room for.
    ///   - bytes: The values' bytes, where they are known better than by the type.
    package init(of element: Element, capacity: Int = 0, bytes: Int? = nil) {
        self.element = element
        buffer.reserveCapacity(Self.headerLength + (bytes.map { capacity * 4 + $0 } ?? capacity * element.width))
        buffer.append(contentsOf: repeatElement(0, count: Self.headerLength))
    }

    var type: TypeOID { element.types.array }

    /// The array as PostgreSQL's `array_recv` reads it, in the buffer that it was gathered in.
    consuming func encoded() -> [UInt8] {
        buffer.store(bigEndian: 1, at: 0)
        buffer.store(bigEndian: hasNulls ? 1 : 0, at: 4)
        buffer.store(bigEndian: Int32(bitPattern: element.types.element.rawValue), at: 8)
        buffer.store(bigEndian: Int32(truncatingIfNeeded: count), at: 12)
        buffer.store(bigEndian: 1, at: 16)
        return buffer
    }

    package mutating func appendNull() {
        buffer.append(bigEndian: Int32(-1))
        hasNulls = true
        count += 1
    }

    package mutating func append(_ value: Bool?) {
        guard let value else { return appendNull() }
        number(value ? UInt8(1) : 0)
    }

    package mutating func append(_ value: Int16?) {
        guard let value else { return appendNull() }
        number(value)
    }

    package mutating func append(_ value: Int32?) {
        guard let value else { return appendNull() }
        number(value)
    }

    package mutating func append(_ value: Int64?) {
        guard let value else { return appendNull() }
        number(value)
    }

    package mutating func append(_ value: UInt64?) {
        guard let value else { return appendNull() }
        number(value)
    }

    package mutating func append(_ value: Double?) {
        guard let value else { return appendNull() }
        number(value.bitPattern)
    }

    package mutating func append(_ value: Timestamp?) {
        guard let value else { return appendNull() }
        number(value.wire)
    }

    package mutating func append(_ value: DateValue?) {
        guard let value else { return appendNull() }
        number(value.wire)
    }

    package mutating func append(_ value: UUIDBytes?) {
        guard let value else { return appendNull() }
        buffer.append(bigEndian: Int32(16))
        buffer.append(bigEndian: value.high)
        buffer.append(bigEndian: value.low)
        count += 1
    }

    /// Text, `json` or `jsonb`.
    package mutating func append(_ value: String?) {
        guard let value else { return appendNull() }
        let version = if case .jsonb = element { 1 } else { 0 }
        let start = buffer.count
        buffer.append(bigEndian: Int32(0))
        if version == 1 { buffer.append(1) }
        buffer.append(contentsOf: value.utf8)
        buffer.store(bigEndian: Int32(truncatingIfNeeded: buffer.count - start - 4), at: start)
        count += 1
    }

    /// The bytes of a `bytea`, or UTF-8 that is already at hand for `text` and `json`.
    package mutating func append(_ value: [UInt8]?) {
        guard let value else { return appendNull() }
        let version = if case .jsonb = element { 1 } else { 0 }
        buffer.append(bigEndian: Int32(truncatingIfNeeded: value.count + version))
        if version == 1 { buffer.append(1) }
        buffer.append(contentsOf: value)
        count += 1
    }

    private mutating func number<Number: FixedWidthInteger>(_ value: Number) {
        buffer.append(bigEndian: Int32(MemoryLayout<Number>.size))
        buffer.append(bigEndian: value)
        count += 1
    }
}
