import Postgres

/// Tells of most identities that a set surely doesn't have them; of those that it hasn't, there are about four in a hundred
/// thousand of which it can't tell.
///
/// A Bloom filter that looks at one line of the processor's cache for an identity: it is in blocks of 256 bits, as that of
/// Apache Parquet's format (BloomFilter.md, "Split Block Bloom Filters"), and takes 32 bits an identity. Identities are
/// hashes already, so their own bits choose the block and the bits in it.
struct IdentityFilter: Hashable, Sendable {
    fileprivate typealias Block = SIMD8<UInt32>

    private var blocks: [Block]

    /// - Parameter capacity: About how many identities are inserted. Beyond 16 million it tells less and less.
    init(capacity: Int) {
        blocks = Array(repeating: .zero, count: Self.size(of: capacity) / MemoryLayout<Block>.size)
    }

    /// Bytes.
    private static let most = 64 << 20
    /// With so many identities, which have 4 bits each, it can't tell of one in four.
    static let useful = 2 * most

    /// What it takes in memory.
    var size: Int { blocks.count * MemoryLayout<Block>.size }

    /// The same of one for so many identities.
    static func size(of capacity: Int) -> Int {
        let width = MemoryLayout<Block>.size
        return max(1, min(4 * capacity, most) / width) * width
    }

    mutating func insert(_ identity: UUIDBytes) {
        let probe = Probe(identity)
        blocks[probe.index(among: blocks.count)] |= probe.bits
    }

    /// - Parameter probes: Best in the order of their identities, which is that of the blocks: what a look costs is the way
    ///   to its page of the memory.
    /// - Returns: Those of them that may have been inserted; the others surely were not.
    func suspects(among probes: [Probe]) -> [UUIDBytes] {
        var suspects: [UUIDBytes] = []
        // No copy, no count of references, no check of bounds between two looks.
        blocks.withUnsafeBufferPointer { blocks in
            for probe in probes where probe.isFound(in: blocks) { suspects.append(probe.identity) }
        }
        return suspects
    }

    /// What is looked for in any filter, of one identity.
    struct Probe {
        let identity: UUIDBytes
        /// One bit of each of the block's eight words.
        fileprivate let bits: Block

        init(_ identity: UUIDBytes) {
            self.identity = identity
            bits =
                Block(repeating: 1)
                &<< ((Block(repeating: UInt32(truncatingIfNeeded: identity.low)) &* Self.salt) &>> 27)
        }

        /// The block, as its first bits choose it.
        fileprivate func index(among count: Int) -> Int {
            Int(truncatingIfNeeded: ((identity.high >> 32) &* UInt64(count)) >> 32)
        }

        @inline(__always)
        fileprivate func isFound(in blocks: UnsafeBufferPointer<Block>) -> Bool {
            // All eight words at once: which of them is the first that lacks its bit is chance, and a branch for each would be
            // foretold wrongly.
            let missing = bits & ~blocks[index(among: blocks.count)]
            let four = missing.lowHalf | missing.highHalf
            let two = four.lowHalf | four.highHalf
            return two[0] | two[1] == 0
        }

        /// Parquet's odd constants.
        private static let salt = Block(
            0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31)
    }
}

extension IdentityFilter {
    /// As the database keeps it: a byte for the form, which is 1, then the blocks' words, least byte first.
    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 1 + size) { buffer, count in
            buffer[0] = Self.form
            var position = 1
            for block in blocks {
                for lane in block.indices {
                    buffer.storeLittleEndian(block[lane], at: position)
                    position += 4
                }
            }
            count = position
        }
    }

    /// - Returns: `nil` where the bytes are of another form, such as that of a later version.
    init?(_ bytes: [UInt8]) {
        let width = MemoryLayout<Block>.size
        guard bytes.first == Self.form, bytes.count > 1, (bytes.count - 1) % width == 0 else { return nil }
        blocks = []
        blocks.reserveCapacity(bytes.count / width)
        bytes.withUnsafeBytes { buffer in
            for start in stride(from: 1, to: buffer.count, by: width) {
                var block = Block.zero
                for lane in block.indices {
                    block[lane] = UInt32(
                        littleEndian: buffer.loadUnaligned(fromByteOffset: start + 4 * lane, as: UInt32.self))
                }
                blocks.append(block)
            }
        }
    }

    private static let form: UInt8 = 1
}

extension UnsafeMutableBufferPointer<UInt8> {
    fileprivate func storeLittleEndian(_ word: UInt32, at position: Int) {
        UnsafeMutableRawBufferPointer(self).storeBytes(of: word.littleEndian, toByteOffset: position, as: UInt32.self)
    }
}
