/// The object identifier of a built-in PostgreSQL type.
///
/// Source: `src/include/catalog/pg_type.dat`; these numbers never change.
package struct TypeOID: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// Left to the server to infer.
    package static let inferred = TypeOID(0)

    package static let bool = TypeOID(16)
    package static let bytea = TypeOID(17)
    package static let name = TypeOID(19)
    package static let int8 = TypeOID(20)
    package static let int2 = TypeOID(21)
    package static let int4 = TypeOID(23)
    package static let text = TypeOID(25)
    package static let oid = TypeOID(26)
    package static let json = TypeOID(114)
    package static let float4 = TypeOID(700)
    package static let float8 = TypeOID(701)
    package static let unknown = TypeOID(705)
    package static let bpchar = TypeOID(1042)
    package static let varchar = TypeOID(1043)
    package static let date = TypeOID(1082)
    package static let timestamptz = TypeOID(1184)
    package static let interval = TypeOID(1186)
    package static let uuid = TypeOID(2950)
    package static let jsonb = TypeOID(3802)
    package static let xid8 = TypeOID(5069)

    package static let boolArray = TypeOID(1000)
    package static let byteaArray = TypeOID(1001)
    package static let int2Array = TypeOID(1005)
    package static let int4Array = TypeOID(1007)
    package static let textArray = TypeOID(1009)
    package static let int8Array = TypeOID(1016)
    package static let float8Array = TypeOID(1022)
    package static let dateArray = TypeOID(1182)
    package static let timestamptzArray = TypeOID(1185)
    package static let jsonArray = TypeOID(199)
    package static let uuidArray = TypeOID(2951)
    package static let jsonbArray = TypeOID(3807)
    package static let xid8Array = TypeOID(271)

    /// The first identifier given to types made by users: enums and domains, whose binary form is text's.
    static let firstUserDefined: UInt32 = 16384

    /// Types whose binary form is the text itself.
    var isTextual: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .json, .unknown: true
        default: rawValue >= Self.firstUserDefined
        }
    }
}

extension TypeOID: CustomStringConvertible {
    package var description: String { Self.names[rawValue] ?? "type \(rawValue)" }

    private static let names: [UInt32: String] = [
        0: "an inferred type", 16: "bool", 17: "bytea", 19: "name", 20: "int8", 21: "int2", 23: "int4", 25: "text",
        26: "oid", 114: "json", 199: "json[]", 271: "xid8[]", 700: "float4", 701: "float8", 705: "unknown",
        1000: "bool[]", 1001: "bytea[]", 1003: "name[]", 1005: "int2[]", 1007: "int4[]", 1009: "text[]",
        1016: "int8[]", 1022: "float8[]", 1042: "bpchar", 1043: "varchar", 1082: "date", 1182: "date[]",
        1114: "timestamp", 1184: "timestamptz", 1185: "timestamptz[]", 1186: "interval", 1187: "interval[]",
        1700: "numeric", 2278: "void", 2950: "uuid", 2951: "uuid[]", 3802: "jsonb", 3807: "jsonb[]",
        5038: "pg_snapshot", 5069: "xid8",
    ]
}
