import Testing

@testable import Operator

struct ServicePasswordTests {
    @Test func `the verifier is the one that RFC 7677's example gives`() {
        // Section 3: user "user", password "pencil", salt W22ZaJ0SNY7soEsUEjb6gQ==, 4096 iterations. The keys follow
        // from its client proof and server signature.
        let salt: [UInt8] = [
            0x5B, 0x6D, 0x99, 0x68, 0x9D, 0x12, 0x35, 0x8E, 0xEC, 0xA0, 0x4B, 0x14, 0x12, 0x36, 0xFA, 0x81,
        ]
        #expect(
            ServicePassword.verifier(password: "pencil", salt: salt, iterations: 4096)
                == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        )
    }

    @Test(arguments: ["", "two words", "pässword", "tab\t"])
    func `a password that SASLprep could change is refused`(text: String) {
        #expect(throws: CommandFailure.usage("password: expected printable ASCII characters without spaces")) {
            try ServicePassword(text)
        }
    }

    @Test func `passwords by chance differ and need no escaping`() {
        let passwords = (0..<100).map { _ in ServicePassword.random().text }
        #expect(Set(passwords).count == 100)
        #expect(passwords.allSatisfy { $0.count == 48 && $0.allSatisfy(\.isHexDigit) })
    }
}
