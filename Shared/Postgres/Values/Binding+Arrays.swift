extension Binding {
    /// The array that a ``BinaryArray`` has gathered.
    package static func array(_ array: consuming BinaryArray) -> Binding {
        let type = array.type
        return Binding(type, .bytes(array.encoded()))
    }

    package static func boolArray(_ values: [Bool]) -> Binding { list(.bool, values) { $0.append($1) } }
    package static func boolArray(_ values: [Bool?]) -> Binding { list(.bool, values) { $0.append($1) } }

    package static func int2Array(_ values: [Int16]) -> Binding { list(.int2, values) { $0.append($1) } }
    package static func int2Array(_ values: [Int16?]) -> Binding { list(.int2, values) { $0.append($1) } }

    package static func int4Array(_ values: [Int32]) -> Binding { list(.int4, values) { $0.append($1) } }
    package static func int4Array(_ values: [Int32?]) -> Binding { list(.int4, values) { $0.append($1) } }

    package static func int8Array(_ values: [Int64]) -> Binding { list(.int8, values) { $0.append($1) } }
    package static func int8Array(_ values: [Int64?]) -> Binding { list(.int8, values) { $0.append($1) } }
    package static func int8Array(_ values: [Int]) -> Binding { list(.int8, values) { $0.append(Int64($1)) } }

    package static func float8Array(_ values: [Double]) -> Binding { list(.float8, values) { $0.append($1) } }
    package static func float8Array(_ values: [Double?]) -> Binding { list(.float8, values) { $0.append($1) } }

    package static func textArray(_ values: [String]) -> Binding { list(.text, values) { $0.append($1) } }
    package static func textArray(_ values: [String?]) -> Binding { list(.text, values) { $0.append($1) } }

    package static func byteaArray(_ values: [[UInt8]]) -> Binding { list(.bytea, values) { $0.append($1) } }
    package static func byteaArray(_ values: [[UInt8]?]) -> Binding { list(.bytea, values) { $0.append($1) } }

    package static func uuidArray(_ values: [UUIDBytes]) -> Binding { list(.uuid, values) { $0.append($1) } }
    package static func uuidArray(_ values: [UUIDBytes?]) -> Binding { list(.uuid, values) { $0.append($1) } }

    package static func timestamptzArray(_ values: [Timestamp]) -> Binding {
        list(.timestamptz, values) { $0.append($1) }
    }
    package static func timestamptzArray(_ values: [Timestamp?]) -> Binding {
        list(.timestamptz, values) { $0.append($1) }
    }

    package static func dateArray(_ values: [DateValue]) -> Binding { list(.date, values) { $0.append($1) } }
    package static func dateArray(_ values: [DateValue?]) -> Binding { list(.date, values) { $0.append($1) } }

    package static func jsonArray(_ values: [String?]) -> Binding { list(.json, values) { $0.append($1) } }
    package static func jsonbArray(_ values: [String?]) -> Binding { list(.jsonb, values) { $0.append($1) } }

    package static func xid8Array(_ values: [UInt64]) -> Binding { list(.xid8, values) { $0.append($1) } }
    package static func xid8Array(_ values: [UInt64?]) -> Binding { list(.xid8, values) { $0.append($1) } }

    private static func list<Value>(
        _ element: BinaryArray.Element, _ values: [Value], _ append: (inout BinaryArray, Value) -> Void
    ) -> Binding {
        var array = BinaryArray(of: element, capacity: values.count)
        for value in values { append(&array, value) }
        return .array(array)
    }
}
