import Crypto
import Models
import Testing

@testable import Console

@Suite struct SessionTests {
    private let key = SymmetricKey(size: .bits256)
    private let session = Session(
        viewer: Viewer(
            organization: OrganizationID(rawValue: 7), person: PersonID(unchecked: "Zoë \u{1F} O'Neill"),
            role: .humanResources),
        expires: 2_000)

    @Test func `a session reads back as it was sealed`() throws {
        let opened = try #require(Session.opened(session.sealed(with: key), with: key, now: 1_999))
        #expect(opened.viewer == session.viewer)
        #expect(opened.expires == 2_000)
    }

    @Test func `a session is void at its end`() {
        #expect(Session.opened(session.sealed(with: key), with: key, now: 2_000) == nil)
    }

    @Test func `no other key and no changed byte opens a session`() {
        let sealed = session.sealed(with: key)
        #expect(Session.opened(sealed, with: SymmetricKey(size: .bits256), now: 0) == nil)
        // The last character of each part may carry unused bits, so the ones before it are changed.
        for index in sealed.indices.dropLast() where sealed[sealed.index(after: index)] != "." && sealed[index] != "." {
            var changed = sealed
            changed.replaceSubrange(index...index, with: sealed[index] == "A" ? "B" : "A")
            #expect(Session.opened(changed, with: key, now: 0) == nil)
        }
        for text in ["", ".", "a.b.c", "%%.%%"] { #expect(Session.opened(text, with: key, now: 0) == nil) }
    }
}
