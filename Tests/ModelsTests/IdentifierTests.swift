import Models
import Testing

@Suite struct IdentifierTests {
    /// "é" as one scalar, and as two: equal for Swift, different bytes.
    static let composed = "caf\u{E9}", decomposed = "cafe\u{301}"

    @Test func `canonically equal strings are different identifiers`() throws {
        #expect(Self.composed == Self.decomposed)
        let composed = try PersonID(Self.composed)
        let decomposed = try PersonID(Self.decomposed)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(EventIdentity(source: "/s", id: Self.composed) != EventIdentity(source: "/s", id: Self.decomposed))
        #expect(JSONValue.string(Self.composed) != JSONValue.string(Self.decomposed))
    }

    @Test func `identifiers are ordered by UTF-8 bytes`() throws {
        let ids = try ["b", "a", Self.composed, Self.decomposed, "\u{FFFD}", "\u{1F600}", "Z"].map { try PersonID($0) }
        #expect(
            ids.sorted().map(\.rawValue).map { Array($0.utf8) }
                == ["Z", "a", "b", Self.decomposed, Self.composed, "\u{FFFD}", "\u{1F600}"].map { Array($0.utf8) })
    }

    @Test func `an identifier has 1 to 200 characters and no U+0000`() throws {
        #expect(throws: InvalidValue.self) { try PersonID("") }
        #expect(throws: InvalidValue.self) { try PersonID("a\0b") }
        #expect(try PersonID(String(repeating: "😀", count: 200)).rawValue.utf8.count == 800)
        #expect(throws: InvalidValue.self) { try PersonID(String(repeating: "😀", count: 201)) }
        // Scalars are counted, not what looks like one character.
        #expect(throws: InvalidValue.self) { try PersonID(String(repeating: "e\u{301}", count: 101)) }
    }

    @Test func `identities are ordered by source, then id, and told apart where the two run together`() {
        let identities = [("/a", "b"), ("/a", "c"), ("/ab", ""), ("/b", "a")].map { EventIdentity(source: $0, id: $1) }
        #expect(identities.reversed().sorted() == identities)
        #expect(EventIdentity(source: "/a", id: "b").hashValue != EventIdentity(source: "/ab", id: "").hashValue)
    }

    @Test func `events are ordered by instant, source and id`() throws {
        func order(_ time: String, _ source: String, _ id: String) throws -> EventOrder {
            EventOrder(time: try Instant(rfc3339: time), identity: EventIdentity(source: source, id: id))
        }
        let orders = [
            try order("2026-03-31T12:00:00+02:00", "/z", "9"), try order("2026-03-31T11:00:00Z", "/a", "1"),
            try order("2026-03-31T11:00:00Z", "/a", "2"), try order("2026-03-31T13:00:00+02:00", "/b", "1"),
        ]
        #expect(orders.reversed().sorted() == orders)
    }
}
