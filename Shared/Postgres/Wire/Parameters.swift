/// A statement's values as libpq takes them: pointers into one buffer, lengths, types, all binary.
struct Parameters {
    let types: [UInt32]
    private let bytes: [UInt8]
    /// Where each value starts in `bytes`; −1 for NULL.
    private let offsets: [Int]
    private let lengths: [Int32]
    private let formats: [Int32]

    init(_ bindings: [Binding]) {
        // One byte ahead, so that an empty value has an address: NULL is what has none.
        var bytes: [UInt8] = [0]
        bytes.reserveCapacity(bindings.reduce(1) { $0 + $1.payloadSize })
        var offsets: [Int] = []
        var lengths: [Int32] = []
        offsets.reserveCapacity(bindings.count)
        lengths.reserveCapacity(bindings.count)
        for binding in bindings {
            if case .null = binding.value {
                offsets.append(-1)
                lengths.append(0)
                continue
            }
            offsets.append(bytes.count)
            binding.appendPayload(to: &bytes)
            lengths.append(Int32(truncatingIfNeeded: bytes.count - (offsets.last ?? 0)))
        }
        self.bytes = bytes
        self.offsets = offsets
        self.lengths = lengths
        self.formats = Array(repeating: 1, count: bindings.count)
        self.types = bindings.map(\.type.rawValue)
    }

    var count: Int32 { Int32(truncatingIfNeeded: types.count) }

    /// Calls `body` with libpq's lists of values, lengths and formats, valid for that call alone.
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        guard count > 0 else { return body(nil, nil, nil) }
        return unsafe bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress
            let values = unsafe offsets.map { offset in
                offset < 0
                    ? nil
                    : unsafe base.map { start in
                        unsafe UnsafePointer<CChar>(start.advanced(by: offset).assumingMemoryBound(to: CChar.self))
                    }
            }
            return unsafe values.withUnsafeBufferPointer { values in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        unsafe body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
