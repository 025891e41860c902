import Models
import Notification
import Testing

@Suite struct UnsubscribeTokenTests {
    private let key = [UInt8](repeating: 7, count: 32)

    private func token(_ person: String = "ana.lópez\nx|1") -> UnsubscribeToken {
        UnsubscribeToken(
            organization: .default, person: PersonID(unchecked: person), kind: .coachingDue)
    }

    @Test func `a sealed token says who mutes what`() throws {
        let sealed = token().sealed(with: key)
        let read = try #require(UnsubscribeToken.unverified(sealed))
        #expect(read.token == token())
        #expect(read.isSealed(key))
        #expect(sealed.utf8.allSatisfy { $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || (0x30...0x7A).contains($0) })
    }

    @Test func `another key or another person breaks the seal`() throws {
        let sealed = token().sealed(with: key)
        let read = try #require(UnsubscribeToken.unverified(sealed))
        #expect(!read.isSealed([UInt8](repeating: 8, count: 32)))
        let other = token("bo").sealed(with: key)
        let payload = try #require(other.split(separator: ".").first)
        let seal = try #require(sealed.split(separator: ".").last)
        let mixed = "\(payload).\(seal)"
        #expect(try #require(UnsubscribeToken.unverified(mixed)).isSealed(key) == false)
    }

    @Test(arguments: [200, 201, 800])
    func `the longest identifier leaves a link that fits one line of a header`(octets: Int) throws {
        let person = String(repeating: "𝄞", count: octets / 4) + String(repeating: "x", count: octets % 4)
        let sealed = token(person).sealed(with: key)
        #expect(sealed.utf8.count <= 400)
        let read = try #require(UnsubscribeToken.unverified(sealed))
        #expect(read.token == token(person))
        #expect(read.token.bearer == .person(PersonID(unchecked: person)) || octets > 200)
        #expect(read.token != token(person + "y"))
        #expect(read.isSealed(key))
    }

    @Test(arguments: ["", ".", "a.b.c", "####.####", "YQ.YQ", String(repeating: "A", count: 4000) + ".AAAA"])
    func `anything else is no token`(text: String) {
        #expect(UnsubscribeToken.unverified(text) == nil)
    }
}
