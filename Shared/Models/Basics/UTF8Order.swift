/// Comparison of strings as UTF-8 bytes.
///
/// Swift's own `==` and `<` hold canonically equal strings for the same ("é" as one scalar or as two); the identifiers
/// of the catalogue are compared byte for byte, as PostgreSQL does under the collation "C".
package enum UTF8Order {
    package static func equal(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        // Over the bytes as they lie there: the views' own iterators take ten times as long.
        let isEqual = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in equal(left, right) }
        }
        return (isEqual ?? nil) ?? left.utf8.elementsEqual(right.utf8)
    }

    /// - Precondition: both have the same length.
    static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        let (left, right) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
        var index = 0
        while index + 8 <= left.count {
            guard
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            else { return false }
            index += 8
        }
        while index < left.count {
            guard left[index] == right[index] else { return false }
            index += 1
        }
        return true
    }

    package static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Hashes the bytes, so that strings that are equal by ``equal(_:_:)`` hash the same and others mostly differ.
    package static func hash(_ string: String, into hasher: inout Hasher) {
        let hashed: Void? = string.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if hashed == nil {
            for byte in string.utf8 { hasher.combine(byte) }
        }
        // No UTF-8 has this byte: it keeps ("ab", "c") and ("a", "bc") apart where several strings are hashed.
        hasher.combine(0xFF as UInt8)
    }
}
