import Testing

@testable import Ingestion

@Suite struct LaneHeadTests {
    private static let line = "POST /v1/events HTTP/1.1\r\n"
    private static let plain =
        "Host: x\r\nAuthorization: Bearer abc\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 12\r\n"

    private func read(_ text: String) -> LaneHead.Reading {
        Array(text.utf8).withUnsafeBytes { LaneHead.read($0) }
    }

    private func token(_ text: String) -> String? {
        guard case .head(let head) = read(text), let token = head.token else { return nil }
        return String(decoding: Array(text.utf8)[token], as: UTF8.self)
    }

    @Test func `a plain head says where the token and the body are`() {
        let text = Self.line + Self.plain + "\r\n"
        guard case .head(let head) = read(text + "{…") else {
            Issue.record("not read")
            return
        }
        #expect(head.length == text.utf8.count)
        #expect(head.bodyLength == 12)
        #expect(token(text) == "abc")
    }

    @Test func `until its empty line has arrived it is incomplete`() {
        let text = Array((Self.line + Self.plain + "\r\n").utf8)
        for count in 0..<text.count {
            #expect(text.prefix(count).withUnsafeBytes { LaneHead.read($0) } == .incomplete, "\(count)")
        }
    }

    @Test(arguments: [
        "host: x\r\nauthorization: bearer abc\r\ncontent-type: application/cloudevents+json\r\ncontent-length: 1\r\n",
        "Content-Length:1\r\nAuthorization:Bearer abc\r\nContent-Type:  application/cloudevents+json  \r\n",
        "Content-Length: 1\r\nAuthorization: Bearer abc\r\nContent-Type: application/CloudEvents+JSON; charset=\"UTF-8\"\r\n",
        plain + String(repeating: "X: a\r\n", count: LaneHead.fieldLimit - 4),
        plain + "Connection: Keep-Alive\r\nTraceparent: 00-1\r\nX: \r\nX: ü\r\nAccept: */*\r\n",
    ])
    func `spelling does not matter where it does not for the router`(fields: String) {
        #expect(token(Self.line + fields + "\r\n") == "abc")
    }

    @Test(arguments: [
        "Content-Length: 1\r\nContent-Type: application/cloudevents+json\r\n",
        "Content-Length: 1\r\nAuthorization: Bearer abc\r\n",
        "Content-Length: 1\r\nAuthorization: Bearer abc\r\nContent-Type: application/x-ndjson\r\n",
        "Content-Length: 1\r\nAuthorization: Bearer abc\r\nContent-Type: application/cloudevents+json; charset=latin1\r\n",
        "Content-Length: 1\r\nAuthorization: Basic abc\r\nContent-Type: application/cloudevents+json\r\n",
        "Content-Length: 1\r\nAuthorization: Bearer a c\r\nContent-Type: application/cloudevents+json\r\n",
        "Content-Length: 1\r\nAuthorization: Bearer\r\nContent-Type: application/cloudevents+json\r\n",
        plain + "Authorization: Bearer def\r\n", plain + "Content-Type: application/cloudevents+json\r\n",
        plain + "Content-Encoding: gzip\r\n",
        "Content-Length: 0\r\nAuthorization: Bearer abc\r\nContent-Type: application/cloudevents+json\r\n",
    ])
    func `what is no single event with a token is the router's, and its end is known`(fields: String) {
        let text = Self.line + fields + "\r\n"
        guard case .head(let head) = read(text) else {
            Issue.record("not read")
            return
        }
        #expect(head.token == nil && head.length == text.utf8.count)
    }

    @Test(arguments: [
        "GET /v1/events HTTP/1.1\r\n", "POST /v1/events?dryRun=true HTTP/1.1\r\n", "POST /v1/events HTTP/1.0\r\n",
        "POST  /v1/events HTTP/1.1\r\n", "POST /v1/events HTTP/1.1\n", "\r\nPOST /v1/events HTTP/1.1\r\n",
        "\u{16}\u{3}\u{1}",
        line + plain + "Transfer-Encoding: chunked\r\n\r\n", line + plain + "Connection: close\r\n\r\n",
        line + plain + "Proxy-Connection: close\r\n\r\n", line + plain + "Expect: 100-continue\r\n\r\n",
        line + plain + "Upgrade: h2c\r\n\r\n", line + plain + "Content-Length: 12\r\n\r\n",
        line + "Content-Length: 1, 1\r\n\r\n", line + "Content-Length: +1\r\n\r\n", line + "Content-Length: \r\n\r\n",
        line + "Content-Length: 9999999999\r\n\r\n", line + "Host: x\r\n\r\n", line + plain + "X: a\r\n b\r\n\r\n",
        line + plain + "X : a\r\n\r\n", line + plain + "X: a\u{0}\r\n\r\n", line + plain + "X: a\rb\r\n\r\n",
        line + plain + "X: a\n\r\n", line + plain + "no colon\r\n\r\n", line + plain + ": a\r\n\r\n",
        line + plain + "X: \(String(repeating: "a", count: LaneHead.limit))",
        line + plain + "X: \(String(repeating: "a", count: LaneHead.limit))\r\n\r\n",
        line + plain + String(repeating: "X: a\r\n", count: LaneHead.fieldLimit - 3) + "\r\n",
    ])
    func `where anything leaves a doubt about the request's end, the lane leaves the connection`(text: String) {
        #expect(read(text) == .foreign)
    }
}
