import Models
import Testing

@testable import Connectors

@Suite struct PollRunTests {
    private func connector(
        _ poll: String, headers: String = "headers: {Authorization: \"Bearer {secret}\"}"
    ) throws -> (Connector, PollRule) {
        let connector = try Connector(
            yaml: """
                connector: t
                title: t
                source: /t
                settings: {base: https://vendor.test/api, company: ~}
                events: [{type: onus.gap.closed, id: =/id, time: =/at, data: {gap: =/id, outcome: closed}}]
                poll:
                  url: "{base}/{company}/items?since={cursor}"
                  \(headers)
                  every: 1h
                  items: /data
                \(poll.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
                """, file: "t")
        return (connector, try #require(connector.poll))
    }

    private func run(_ poll: String, _ state: PollState = PollState(), now: String = "2026-03-31T12:00:00Z") throws
        -> PollRun
    {
        let (connector, rule) = try connector(poll)
        return PollRun(
            connector, rule, state: state, secret: "s3",
            call: Scope.Call(
                hook: "h", settings: ["base": "https://vendor.test/api", "company": "a b"],
                now: try Instant(rfc3339: now)))
    }

    private func answer(_ body: String, status: Int = 200, _ headers: [String: String] = [:]) -> PollAnswer {
        PollAnswer(status: status, headers: headers, body: Array(body.utf8))
    }

    private let cursor = "cursor: {value: =/at, start: 30d, overlap: 5m}\n"

    @Test func `a page that was kept is asked for where the hook's address is still the same`() throws {
        func address(_ page: String) throws -> String { try run(cursor, PollState(page: page)).request.url }
        #expect(try address("https://vendor.test/api/p2") == "https://vendor.test/api/p2")
        #expect(try address("http://vendor.test/api/p2").hasPrefix("https://vendor.test/api/a%20b/items?since="))
    }

    @Test func `the first page is asked for from the start, with credentials in headers alone`() throws {
        let request = try run(cursor).request
        #expect(request.url == "https://vendor.test/api/a%20b/items?since=2026-03-01T12%3A00%3A00Z")
        #expect(request.headers.map(\.value) == ["Bearer s3"])
    }

    @Test func `the cursor moves at the last page, to the greatest value of all pages`() throws {
        var run = try run(cursor + "page: {next: /next, parameter: page}")
        let first = try run.take(
            answer(
                #"{"data":[{"id":"1","at":"2026-03-30T10:00:00Z"},{"id":"2","at":"2026-03-29T10:00:00Z"}],"next":"p2"}"#
            ))
        #expect(!first.isLast && first.items.count == 2)
        #expect(run.state.cursor == nil && run.state.high == "2026-03-30T10:00:00Z")
        #expect(run.request.url == "https://vendor.test/api/a%20b/items?since=2026-03-01T12%3A00%3A00Z&page=p2")
        let last = try run.take(answer(#"{"data":[{"id":"3","at":"2026-03-28T10:00:00Z"}],"next":null}"#))
        #expect(last.isLast)
        #expect(run.state == PollState(cursor: "2026-03-30T10:00:00Z"))
        #expect(
            try self.run(cursor, run.state).request.url
                == "https://vendor.test/api/a%20b/items?since=2026-03-30T09%3A55%3A00Z")
    }

    @Test func `an interrupted poll goes on with the page that was not read, and forgets nothing`() throws {
        var run = try run(cursor + "page: {next: /next}")
        _ = try run.take(answer(#"{"data":[{"id":"1","at":"2026-03-30T10:00:00Z"}],"next":"?page=2"}"#))
        var again = try self.run(cursor + "page: {next: /next}", run.state, now: "2026-03-31T13:00:00Z")
        #expect(again.request.url == "https://vendor.test/api/a%20b/items?page=2")
        _ = try again.take(answer(#"{"data":[]}"#))
        #expect(again.state.cursor == "2026-03-30T10:00:00Z")
    }

    @Test func `credentials are not carried to another host, and a page is not its own successor`() throws {
        for next in ["https://other.test/x", "//other.test/x", "https://vendor.test.evil/x", "http://vendor.test/x"] {
            var run = try run("page: {next: /next}")
            #expect(throws: PollFailure.self, "\(next)") { try run.take(answer(#"{"data":[],"next":"\#(next)"}"#)) }
        }
        var run = try run("page: {next: /next}")
        let own = run.request.url
        #expect(throws: PollFailure(reason: "the vendor's page names itself as the next one")) {
            try run.take(answer(#"{"data":[],"next":"\#(own)"}"#))
        }
    }

    @Test func `a Link header, an offset and a flag for more lead on too`() throws {
        var link = try run("page: {link: true}")
        _ = try link.take(
            answer("{\"data\":[]}", ["link": "<https://vendor.test/api?p=0>; rel=\"prev\", </api?p=2>; rel=\"next\""]))
        #expect(link.request.url == "https://vendor.test/api?p=2")
        var offset = try run("page: {offset: skip, size: 2}")
        _ = try offset.take(answer(#"{"data":[{"id":"1"},{"id":"2"}]}"#))
        #expect(offset.request.url.hasSuffix("&skip=2"))
        _ = try offset.take(answer(#"{"data":[{"id":"3"},{"id":"4"}]}"#))
        #expect(offset.request.url.hasSuffix("&skip=4"))
        #expect(try offset.take(answer(#"{"data":[{"id":"5"}]}"#)).isLast)
        var more = try run("page: {next: /end, parameter: after, more: /more}")
        #expect(try !more.take(answer(#"{"data":[],"end":"x","more":true}"#)).isLast)
        #expect(try more.take(answer(#"{"data":[],"end":"y","more":false}"#)).isLast)
    }

    @Test func `an item of which a part is refused is one of its page's`() throws {
        let yaml = """
            connector: t
            title: t
            source: /t
            tables: {known: {a: x}}
            events:
              - {each: =/parts, type: onus.gap.closed, id: =., time: =now(), data: {gap: "=map(., 'known')", outcome: closed}}
            poll: {url: "https://vendor.test/items", every: 1h, items: /data, page: {offset: skip, size: 2}}
            """
        let connector = try Connector(yaml: yaml, file: "t")
        var run = PollRun(
            connector, try #require(connector.poll), state: PollState(), secret: "",
            call: Scope.Call(hook: "h", now: try Instant(rfc3339: "2026-03-31T12:00:00Z")))
        let full = try run.take(answer(#"{"data":[{"parts":["a","b"]},{"parts":["b"]}]}"#))
        #expect(!full.isLast && full.items.map(\.index) == [0, 0, 1])
        #expect(run.request.url.hasSuffix("?skip=2"))
        let last = try run.take(answer(#"{"data":[{"parts":["b","a","c"]}]}"#))
        #expect(last.isLast && last.items.map(\.index) == [0, 0])
        // Its identity is told where it is the only one.
        #expect(full.items.map(\.identity) == [nil, "b", "b"] && last.items.map(\.identity) == [nil, nil])
    }

    @Test func `a cursor of tokens goes on where the last poll ended`() throws {
        let poll = "page: {next: /end, parameter: after, more: /more}\ncursor: {value: token, start: 1d}"
        var run = try run(poll)
        _ = try run.take(answer(#"{"data":[],"end":"x","more":false}"#))
        #expect(try self.run(poll, run.state).request.url.hasSuffix("&after=x"))
    }

    @Test func `a window ends where it began, however long its pages take`() throws {
        let poll = "cursor: {value: began, start: 1d, overlap: 1h}\npage: {next: /n, parameter: p}"
        var run = try run(poll)
        _ = try run.take(answer(#"{"data":[],"n":"2"}"#))
        var later = try self.run(poll, run.state, now: "2026-03-31T18:00:00Z")
        _ = try later.take(answer(#"{"data":[]}"#))
        #expect(later.state.cursor == "2026-03-31T12:00:00Z")
    }

    @Test func `a refusal is not read, and Retry-After is honoured in both forms`() throws {
        var run = try run("")
        let before = run.state
        for (header, wait) in [("7", 7), ("Tue, 31 Mar 2026 12:01:00 GMT", 60), ("99999999", 21_600)] {
            #expect(throws: PollFailure(reason: "the vendor answered 429", wait: .seconds(wait))) {
                try run.take(answer("{}", status: 429, ["retry-after": header]))
            }
        }
        #expect(throws: PollFailure(reason: "the vendor answered 500")) { try run.take(answer("oops", status: 500)) }
        #expect(throws: PollFailure.self) { try run.take(answer("<html>")) }
        #expect(run.state == before)
    }

    @Test func `a token is asked for by the client's credentials, in a header or in the form`() throws {
        func request(_ credentials: String) throws -> PollRun.Request {
            let (_, rule) = try connector(
                """
                token: {url: "{base}/token", client: "{company}", scope: read all\(credentials)}
                headers: {Authorization: "Bearer {token}"}
                """, headers: "")
            let token = try #require(rule.token)
            return token.request(settings: ["base": "https://vendor.test", "company": "a b"], secret: "s&3")
        }
        let header = try request("")
        #expect(header.url == "https://vendor.test/token")
        #expect(header.form == "grant_type=client_credentials&scope=read%20all")
        #expect(header.headers.last?.value == "Basic " + Base64.encode(Array("a%20b:s%263".utf8)))
        let body = try request(", credentials: body")
        #expect(
            body.form == "grant_type=client_credentials&client_id=a%20b&client_secret=s%263&scope=read%20all")
        #expect(!body.headers.contains { $0.name == "Authorization" })
    }

    @Test func `what is no token is refused, without a word of it`() throws {
        let (_, rule) = try connector(
            "token: {url: \"{base}/token\", client: c}\nheaders: {Authorization: \"Bearer {token}\"}", headers: "")
        let token = try #require(rule.token)
        let now = try Instant(rfc3339: "2026-03-31T12:00:00Z")
        func read(_ body: String, status: Int = 200, _ headers: [String: String] = [:]) throws -> AccessToken {
            try token.token(in: answer(body, status: status, headers), now: now)
        }
        #expect(
            try read(#"{"access_token":"t","token_type":"Bearer","expires_in":"60"}"#)
                == AccessToken(text: "t", lifetime: .seconds(60)))
        #expect(try read(#"{"access_token":"t"}"#) == AccessToken(text: "t", lifetime: nil))
        #expect(try read(#"{"access_token":"t","expires_in":1e12}"#).lifetime == .seconds(86_400))
        for body in [
            "", "[]", #"{"access_token":7}"#, #"{"access_token":""}"#, #"{"access_token":"a\r\nb"}"#,
            #"{"access_token":"t","token_type":"mac"}"#,
        ] { #expect(throws: PollFailure.self, "\(body)") { try read(body) } }
        #expect(throws: PollFailure(reason: "the token's address answered 429", wait: .seconds(7))) {
            try read(#"{"error":"s3cret"}"#, status: 429, ["retry-after": "7"])
        }
    }

    @Test func `a page that is gone sends the poll back to its cursor`() throws {
        let state = PollState(cursor: "2026-03-30T10:00:00Z", page: "https://vendor.test/api/old", high: "x")
        var run = try run(cursor, state)
        #expect(throws: PollFailure(reason: "the vendor answered 410", losesPage: true)) {
            try run.take(answer("", status: 410))
        }
    }

    @Test func `waits grow to an hour, differ, and never undercut the vendor`() {
        #expect(PollBackoff.wait(failures: 1, asked: nil, jitter: 0.5) == .seconds(30))
        #expect(PollBackoff.wait(failures: 3, asked: nil, jitter: 0) == .seconds(90))
        #expect(PollBackoff.wait(failures: 90, asked: nil, jitter: 0.5) == .seconds(3600))
        #expect(PollBackoff.wait(failures: 1, asked: .seconds(600), jitter: 0) == .seconds(600))
    }
}
