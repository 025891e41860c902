// How numbers lie on PostgreSQL's wire: most significant byte first.

extension [UInt8] {
    /// Appends the number in network byte order.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { bytes in
            unsafe append(contentsOf: bytes)
        }
    }

    /// Replaces four bytes at `offset` by the number in network byte order.
    mutating func store(bigEndian number: Int32, at offset: Int) {
        let bits = UInt32(bitPattern: number)
        self[offset] = UInt8(truncatingIfNeeded: bits >> 24)
        self[offset + 1] = UInt8(truncatingIfNeeded: bits >> 16)
        self[offset + 2] = UInt8(truncatingIfNeeded: bits >> 8)
        self[offset + 3] = UInt8(truncatingIfNeeded: bits)
    }

    /// Reads a number in network byte order. The caller has checked that its bytes lie within the array.
    func load<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
        precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= count, "a read beyond the buffer")
        return unsafe withUnsafeBytes { bytes in
            unsafe Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
    }
}
