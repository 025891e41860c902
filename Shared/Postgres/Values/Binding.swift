/// A value bound to `$1`, `$2`, … in PostgreSQL's binary form, with its type said once.
///
/// Literals stand for `text`, `int8`, `float8`, `bool` and NULL:
/// `connection.query("SELECT $1, $2", ["a", .int4(1)])`.
package struct Binding: Sendable {
    enum Value: Sendable {
        case null
        /// The low `width` bytes of `bits`, most significant first.
        case fixed(bits: UInt64, width: Int)
        case string(String)
        /// A `jsonb`: its version number, then the text.
        case versioned(String)
        case bytes([UInt8])
    }

    let type: TypeOID
    let value: Value

    init(_ type: TypeOID, _ value: Value?) {
        self.type = type
        self.value = value ?? .null
    }

    /// NULL of a type, also of an array type.
    package static func null(_ type: TypeOID) -> Binding { Binding(type, nil) }

    package static func bool(_ value: Bool?) -> Binding {
        Binding(.bool, value.map { .fixed(bits: $0 ? 1 : 0, width: 1) })
    }

    package static func int2(_ value: Int16?) -> Binding {
        Binding(.int2, value.map { .fixed(bits: UInt64(UInt16(bitPattern: $0)), width: 2) })
    }

    package static func int4(_ value: Int32?) -> Binding {
        Binding(.int4, value.map { .fixed(bits: UInt64(UInt32(bitPattern: $0)), width: 4) })
    }

    package static func int8(_ value: Int64?) -> Binding {
        Binding(.int8, value.map { .fixed(bits: UInt64(bitPattern: $0), width: 8) })
    }

    package static func int8(_ value: Int?) -> Binding { int8(value.map(Int64.init)) }

    package static func float8(_ value: Double?) -> Binding {
        Binding(.float8, value.map { .fixed(bits: $0.bitPattern, width: 8) })
    }

    /// PostgreSQL refuses U+0000 in text (SQLSTATE 22021).
    package static func text(_ value: String?) -> Binding { Binding(.text, value.map { .string($0) }) }

    package static func bytea(_ value: [UInt8]?) -> Binding { Binding(.bytea, value.map { .bytes($0) }) }

    package static func uuid(_ value: UUIDBytes?) -> Binding { Binding(.uuid, value.map { .bytes($0.bytes) }) }

    package static func timestamptz(_ value: Timestamp?) -> Binding {
        Binding(.timestamptz, value.map { .fixed(bits: UInt64(bitPattern: $0.wire), width: 8) })
    }

    package static func date(_ value: DateValue?) -> Binding {
        Binding(.date, value.map { .fixed(bits: UInt64(UInt32(bitPattern: $0.wire)), width: 4) })
    }

    /// JSON text as it stands; the server checks that it is JSON.
    package static func json(_ value: String?) -> Binding { Binding(.json, value.map { .string($0) }) }

    /// JSON text, normalised by the server.
    package static func jsonb(_ value: String?) -> Binding { Binding(.jsonb, value.map { .versioned($0) }) }

    package static func xid8(_ value: UInt64?) -> Binding {
        Binding(.xid8, value.map { .fixed(bits: $0, width: 8) })
    }

    /// A span of time as an `interval` of microseconds, without days or months.
    package static func interval(_ value: Duration?) -> Binding {
        Binding(
            .interval,
            value.map { span in
                let (seconds, attoseconds) = span.components
                var bytes: [UInt8] = []
                bytes.append(bigEndian: seconds &* 1_000_000 &+ attoseconds / 1_000_000_000_000)
                bytes.append(bigEndian: Int64(0))
                return .bytes(bytes)
            })
    }

    /// Appends the length (−1 for NULL) and the value: the form of a COPY field and of an array's element.
    func appendField(to buffer: inout [UInt8]) {
        if case .null = value {
            buffer.append(bigEndian: Int32(-1))
            return
        }
        let start = buffer.count
        buffer.append(bigEndian: Int32(0))
        appendPayload(to: &buffer)
        buffer.store(bigEndian: Int32(truncatingIfNeeded: buffer.count - start - 4), at: start)
    }

    /// About how many bytes the value takes.
    var payloadSize: Int {
        switch value {
        case .null: 0
        case .fixed: 8
        case .string(let text), .versioned(let text): text.utf8.count + 1
        case .bytes(let bytes): bytes.count
        }
    }

    /// Appends the value alone; nothing for NULL.
    func appendPayload(to buffer: inout [UInt8]) {
        switch value {
        case .null: break
        case .fixed(let bits, let width):
            switch width {
            case 1: buffer.append(UInt8(truncatingIfNeeded: bits))
            case 2: buffer.append(bigEndian: UInt16(truncatingIfNeeded: bits))
            case 4: buffer.append(bigEndian: UInt32(truncatingIfNeeded: bits))
            default: buffer.append(bigEndian: bits)
            }
        case .string(let text): buffer.append(contentsOf: text.utf8)
        case .versioned(let text):
            buffer.append(1)
            buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        }
    }
}

extension Binding: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .int8(value) }
    package init(floatLiteral value: Double) { self = .float8(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// NULL of the type that the server infers.
    package init(nilLiteral: ()) { self = .null(.inferred) }
}

extension Binding: CustomStringConvertible {
    /// The type alone: bound values never reach a log.
    package var description: String { "<private \(type)>" }
}
