import Postgres
import Support
import Testing

@testable import EventLog

@Suite struct IdentityFilterTests {
    private static func identities(_ count: Int, seed: UInt64) -> [UUIDBytes] {
        var generator = SplitMix(seed: seed)
        return (0..<count).map { _ in UUIDBytes(high: generator.next(), low: generator.next()) }
    }

    private static func filter(of identities: [UUIDBytes], capacity: Int? = nil) -> IdentityFilter {
        var filter = IdentityFilter(capacity: capacity ?? identities.count)
        for identity in identities { filter.insert(identity) }
        return filter
    }

    @Test func `what is inserted may be contained, and of the rest four in a hundred thousand`() {
        let inserted = Self.identities(100_000, seed: 1)
        let filter = Self.filter(of: inserted)
        #expect(inserted.allSatisfy(filter.mayContain))
        #expect(filter.size == 4 * inserted.count)
        let others = Self.identities(100_000, seed: 2)
        // Parquet's table says 0.1 % at 16.9 bits, and 0.01 % at 26.4.
        #expect(others.count(where: filter.mayContain) < 20)
    }

    @Test(arguments: [0, 1, 15, 16, 17]) func `a small one and an overfull one know all that is inserted`(capacity: Int)
    {
        let inserted = Self.identities(1_000, seed: 3)
        #expect(inserted.allSatisfy(Self.filter(of: inserted, capacity: capacity).mayContain))
        #expect(!IdentityFilter(capacity: capacity).mayContain(inserted[0]))
    }

    @Test func `it is kept in bytes, and another form is not read`() throws {
        let filter = Self.filter(of: Self.identities(5_000, seed: 4))
        let bytes = filter.bytes
        #expect(bytes.count == filter.size + 1)
        #expect(IdentityFilter(bytes) == filter)
        #expect(IdentityFilter([2] + bytes.dropFirst()) == nil)
        #expect(IdentityFilter(Array(bytes.dropLast())) == nil)
        #expect(IdentityFilter([1]) == nil)
        #expect(IdentityFilter([]) == nil)
    }

    @Test func `its bytes are the same on every machine`() {
        var filter = IdentityFilter(capacity: 8)
        filter.insert(UUIDBytes(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210))
        // 0x76543210 times each constant, its five highest bits: the bit's number.
        let salts: [UInt32] = [
            0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
        ]
        var expected: [UInt8] = [1]
        for salt in salts {
            let word: UInt32 = 1 << ((0x7654_3210 &* salt) >> 27)
            expected += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        #expect(filter.bytes == expected)
    }
}

extension IdentityFilter {
    fileprivate func mayContain(_ identity: UUIDBytes) -> Bool { !suspects(among: [Probe(identity)]).isEmpty }
}
