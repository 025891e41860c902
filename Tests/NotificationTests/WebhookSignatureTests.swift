import Models
import Notification
import Testing

@Suite struct WebhookSignatureTests {
    private let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let body =
        #"{"type":"employee.updated","timestamp":"2023-11-14T22:13:20Z","data":{"id":"E1","name":"Zoë"}}"#

    /// The first is published in the specification's libraries; the others are PyPI standardwebhooks 1.1.0's.
    @Test func `signatures are those of the standard's own libraries`() throws {
        let cases = [
            (
                "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, #"{"test": 2432232314}"#,
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
            ),
            ("msg_1", 1_700_000_000, body, "v1,M7/mnxrYwI61j7ieto9iwQvUcPSXITSrKBZ+RGhiyJo="),
            ("msg_1", 1_700_000_000, "", "v1,gSiPCGkMwgBPwtqun+0WQGJwP7wCS5MuBHUR5RLZhOo="),
        ]
        for secret in [key, String(key.dropFirst(6))] {
            let secret = try WebhookSecret(secret)
            for (id, timestamp, body, signature) in cases {
                let header = WebhookSignature.header(
                    id: id, timestamp: Int64(timestamp), body: Array(body.utf8), secrets: [secret])
                #expect(header == signature)
            }
        }
    }

    @Test func `while secrets rotate each signs, the newest first`() throws {
        // "not the shared secret, 32 bytes!"
        let new = try WebhookSecret("whsec_bm90IHRoZSBzaGFyZWQgc2VjcmV0LCAzMiBieXRlcyE=")
        let header = WebhookSignature.header(
            id: "msg_1", timestamp: 1_700_000_000, body: Array(body.utf8), secrets: [new, try WebhookSecret(key)])
        #expect(
            header == "v1,Bkbet2dn4+Am50atcfb5+FuL8nz5UQjEMcUHkqbDVQM= v1,M7/mnxrYwI61j7ieto9iwQvUcPSXITSrKBZ+RGhiyJo=")
    }

    @Test(arguments: ["", "whsec_", "whsec_AAAA", "whsec_***", "whsec_" + String(repeating: "A", count: 88)])
    func `a secret is 24 to 64 octets in base64, and is never printed`(text: String) throws {
        #expect(throws: InvalidValue.self) { try WebhookSecret(text) }
        let secret = try WebhookSecret(key)
        #expect("\(secret)" == "<private>")
    }

    @Test func `only 2xx is success, 410 ends it, and Retry-After is honoured in both forms`() throws {
        let now = try Instant(rfc3339: "1994-11-06T08:49:07Z")
        let attempt = { (status: Int, header: String?) in
            WebhookOutcome.attempt(status: status, retryAfter: header, now: now)
        }
        #expect(attempt(200, nil) == .delivered)
        #expect(attempt(204, nil) == .delivered)
        #expect(attempt(302, nil) == .failed(because: "the receiver answered 302", wait: nil))
        #expect(attempt(410, nil) == .gone)
        #expect(attempt(429, "7") == .failed(because: "the receiver answered 429", wait: .seconds(7)))
        #expect(
            attempt(503, "Sun, 06 Nov 1994 08:49:37 GMT")
                == .failed(because: "the receiver answered 503", wait: .seconds(30)))
        #expect(attempt(503, "soon") == .failed(because: "the receiver answered 503", wait: nil))
        #expect(attempt(503, "-1") == .failed(because: "the receiver answered 503", wait: nil))
    }
}
