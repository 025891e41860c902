import Crypto
import Models
import Testing

@testable import Connectors

@Suite struct VerificationTests {
    private static let now = Instant(microseconds: 1_700_000_000_000_000)
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let body = #"{"a":1}"#

    private func call(_ headers: [String: String], query: [String: String] = [:], body: String? = nil) -> SignedCall {
        SignedCall(headers: headers, query: query, body: Array((body ?? self.body).utf8), now: Self.now)
    }

    private func outcome(_ verification: Verification, _ call: SignedCall, _ secrets: [String]) -> VerificationFault? {
        do throws(VerificationFault) {
            try verification.check(call, secrets: secrets)
            return nil
        } catch {
            return error
        }
    }

    private func standard(timestamp: Int = 1_700_000_000, id: String = "msg_1") -> [String: String] {
        let key = SymmetricKey(data: Base64.decode(secret.dropFirst(6)) ?? [])
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id).\(timestamp).\(body)".utf8), using: key)
        return [
            "webhook-id": id, "webhook-timestamp": "\(timestamp)",
            "webhook-signature": "v1,\(Base64.encode(Array(code)))",
        ]
    }

    @Test func `a Standard Webhooks call is believed for five minutes on either side`() {
        let rule = Verification.standardWebhooks(tolerance: 300)
        for offset in [-300, 0, 300] {
            #expect(outcome(rule, call(standard(timestamp: 1_700_000_000 + offset)), [secret]) == nil)
        }
        for offset in [-301, 301] {
            #expect(
                outcome(rule, call(standard(timestamp: 1_700_000_000 + offset)), [secret])
                    == .stale("webhook-timestamp", tolerance: 300))
        }
    }

    @Test func `one of several signatures and one of several secrets is enough, and unknown versions are skipped`() {
        let rule = Verification.standardWebhooks(tolerance: 300)
        var headers = standard()
        headers["webhook-signature"] = "v2,AAAA v1a,BBBB v1,AAAA \(headers["webhook-signature"] ?? "")"
        let other = "whsec_bm90IHRoZSBzaGFyZWQgc2VjcmV0LCAzMiBieXRlcyE="
        #expect(outcome(rule, call(headers), [other, secret]) == nil)
        #expect(outcome(rule, call(headers), [other]) == .wrong("webhook-signature"))
        let value = headers["webhook-signature"]?.split(separator: " ").last.map { "v9" + $0.dropFirst(2) }
        headers["webhook-signature"] = value
        #expect(outcome(rule, call(headers), [secret]) == .wrong("webhook-signature"))
    }

    @Test func `a changed body, id or time is not believed, and neither is a call without its headers`() {
        let rule = Verification.standardWebhooks(tolerance: 300)
        #expect(outcome(rule, call(standard(), body: "{}"), [secret]) == .wrong("webhook-signature"))
        for (name, value) in [("webhook-id", "msg_2"), ("webhook-timestamp", "1700000001")] {
            var headers = standard()
            headers[name] = value
            #expect(outcome(rule, call(headers), [secret]) == .wrong("webhook-signature"))
            headers[name] = nil
            #expect(outcome(rule, call(headers), [secret]) == .missing(name))
        }
        #expect(
            outcome(rule, call(standard(id: "a.b")), [secret])
                == .malformed("webhook-id", expected: "an identifier without a full stop"))
        #expect(outcome(rule, call(standard()), ["whsec_AAAA"]) == .unusableSecret)
        #expect(outcome(rule, call(standard()), []) == .wrong("webhook-signature"))
    }

    private func hmac(_ yaml: String) throws -> Verification {
        let file = """
            connector: t
            title: t
            source: /t
            verify: {scheme: hmac, header: X-Sig, \(yaml)}
            events: [{type: onus.gap.closed, id: =/id, time: =/t, data: {gap: =/g}}]
            """
        return try #require(try Connector(yaml: file, file: "t").verification)
    }

    /// Made with Python's hmac: the key is `key`, the body `{"a":1}`, the time 1700000000.
    @Test(arguments: [
        ("algorithm: sha256, encoding: hex", "c0ffee", false),
        ("algorithm: sha1, encoding: hex, prefix: 'sha1='", "SHA1", true),
        ("algorithm: sha256, encoding: hex", "SHA256", true),
        ("algorithm: sha512, encoding: base64", "SHA512", true),
        (
            "algorithm: sha256, encoding: hex, prefix: 'v1=', signs: 'v1:{timestamp}:{body}', timestamp: {header: X-Time}",
            "TIMED", true
        ),
    ])
    func `vendors' own HMACs are those of other implementations`(yaml: String, name: String, isGood: Bool) throws {
        let rule = try hmac(yaml)
        let signature = Self.signatures[name] ?? name
        let call = call(["x-sig": "v0=00, \(signature)", "x-time": "1700000000"])
        #expect((outcome(rule, call, ["other", "key"]) == nil) == isGood)
        #expect(
            outcome(rule, self.call(["x-sig": signature, "x-time": "1700000000"], body: "{}"), ["key"])
                == .wrong("X-Sig"))
    }

    private static let signatures = [
        "SHA1": "sha1=b5557a4b8f3cc308d19eb4f69f336392a31eef7b",
        "SHA256": "88a67f24bbcdaed0e6c997404bb79a743baf44c6bab2f4c27328e3009d22e342",
        "SHA512": "3H2KankmBZ6YaX71SmX3Rdkk/D4TwRdoedzchOrEgLrjd/oG0evMb6sTdc2b1hGhiZaUzEyn3A9inYuBM8XIPQ==",
        "TIMED": "v1=d9557872749208eb6fd1b4949933064d21edc4f53ab77a187f5569f605c14ec1",
    ]

    @Test func `a vendor's timestamp that is signed has to be recent`() throws {
        let rule = try hmac("algorithm: sha256, encoding: hex, signs: '{body}{timestamp}', timestamp: {header: X-Time}")
        #expect(
            outcome(rule, call(["x-sig": "00", "x-time": "1600000000"]), ["key"]) == .stale("X-Time", tolerance: 300))
        #expect(outcome(rule, call(["x-sig": "00"]), ["key"]) == .missing("X-Time"))
        #expect(
            outcome(rule, call(["x-sig": "00", "x-time": "soon"]), ["key"]) == .malformed("X-Time", expected: "a time"))
    }

    @Test func `a key is compared whole, with its prefix`() {
        let rule = Verification.key(KeyRule(place: .header("Authorization"), prefix: "Bearer "))
        #expect(outcome(rule, call(["authorization": "Bearer abc"]), ["xyz", "abc"]) == nil)
        for value in ["Bearer ab", "Bearer abcd", "abc", "Bearer "] {
            #expect(outcome(rule, call(["authorization": value]), ["abc"]) == .wrong("Authorization"))
        }
        #expect(outcome(rule, call([:]), ["abc"]) == .missing("Authorization"))
        let query = Verification.key(KeyRule(place: .query("key"), prefix: ""))
        #expect(outcome(query, call([:], query: ["key": "abc"]), ["abc"]) == nil)
        #expect(outcome(query, call([:], query: ["key": "abc"]), [""]) == .wrong("key"))
    }
}
