import Connectors
import Models
import Testing

@Suite struct ConnectorFileTests {
    private let good = """
        connector: tool
        title: A tool
        source: /connectors/{hook}
        verify: {scheme: standard-webhooks}
        tables:
          words: {yes: coaching, otherwise: training}
        events:
          - type: onus.gap.action
            id: =/id
            time: =time(/at)
            data:
              gap: =/gap
              by: =/by
              kind: =map(/kind, 'words')
              stage: taken
        """

    private func faults(_ yaml: String) -> [String] {
        do throws(ConnectorFaults) {
            _ = try Connector(yaml: yaml, file: "tool.yaml")
            return []
        } catch {
            return error.faults.map { "\($0)" }
        }
    }

    @Test func `a file without faults is read`() {
        #expect(faults(good) == [])
    }

    @Test func `a token has to be used, and can't be where none is fetched`() {
        func polling(_ poll: String) -> [String] {
            faults(
                good + "\nsettings: {client: ~}\npoll:\n  url: https://tool.example/items\n  every: 1h\n  \(poll)")
        }
        let token = "token: {url: https://tool.example/token, client: \"{client}\", credentials: body}"
        #expect(polling(token + "\n  headers: {Authorization: \"Bearer {token}\"}") == [])
        #expect(polling(token) == ["line 20, /poll/token: expected {token} in one of the headers"])
        #expect(
            polling("headers: {Authorization: \"Bearer {token}\"}")
                == ["line 20, /poll/headers/Authorization: expected only {client}, {secret}, {secret64}, got {token}"])
    }

    @Test func `every fault names its line and its path`() throws {
        let bad = """
            connector: Tool 1
            title: A tool
            source: /connectors/{hook}
            verify:
              scheme: hmac
              header: X-Signature
              algorithm: md5
              encoding: hex
              signs: "{timestamp}"
            evnets: []
            events:
              - type: onus.coaching.planned
                id: constant
                time: =tme(/at)
                data:
                  person: =map(/person, 'people')
                  coach: =concat(/a, 'b
            """
        #expect(
            faults(bad) == [
                "line 1, /connector: expected up to 63 lower-case letters, digits and hyphens",
                "line 7, /verify/algorithm: expected one of sha1, sha256, sha512",
                "line 9, /verify/signs: expected {body} and, where there is a timestamp, {timestamp}",
                "line 9, /verify/signs: expected {body}: a signature that leaves it out proves nothing",
                "line 10, /evnets: expected one of connector, title, source, verify, settings, tables, each, ignore, thin, events, poll, got another name",
                "line 12, /events/0/type: expected a type of the catalogue, docs/events.md",
                "line 13, /events/0/id: expected an expression: an identity for each event",
                "line 14, /events/0/time: expected a pointer, a constant in quotes, or one of the functions at character 1, got \"tme(/at)\"",
                "line 16, /events/0/data/person: expected one of the file's tables, got people",
                "line 17, /events/0/data/coach: expected a closing ' at character 14, got the end",
            ])
    }

    @Test func `what an id names a state of is made of the item, and is nobody's learning`() {
        func file(
            _ type: String, _ stateOf: String, way: String = "poll: {url: \"https://tool.example\", every: 1h}"
        ) -> String {
            """
            connector: tool
            title: A tool
            source: /t
            \(way)
            events:
              - type: \(type)
                id: =/id
                stateOf: \(stateOf)
                time: =/at
                data: {person: =/id}
            """
        }
        #expect(faults(file("onus.person.updated", "=/id")) == [])
        #expect(
            faults(file("onus.person.updated", "person")) == [
                "line 8, /events/0/stateOf: expected an expression: what the id names a state of"
            ])
        #expect(
            faults(file("onus.learning.recorded", "=/id")) == [
                "line 8, /events/0/stateOf: expected another type: nothing is kept of how somebody's learning stands"
            ])
        let pushed =
            ", /events/0/stateOf: expected in a poll's own rules: a call that comes late or again doesn't show how things stand"
        let verify = "verify: {scheme: token}"
        #expect(faults(file("onus.person.updated", "=/id", way: verify)) == ["line 8" + pushed])
        let both = verify + "\npoll: {url: \"https://tool.example\", every: 1h}"
        #expect(faults(file("onus.person.updated", "=/id", way: both)) == ["line 9" + pushed])
        let own = """
            poll:
              url: https://tool.example
              every: 1h
              events:
                - {type: onus.person.updated, id: =/id, stateOf: =/id, time: =/at, data: {person: =/id}}
            """
        #expect(faults(good + "\n" + own) == [])
    }

    @Test(arguments: [
        ("connector: [", "line "), ("", "line 1, the whole file: expected a mapping, got nothing"),
        ("a: 1\na: 2", "line "), ("- 1", "line 1, the whole file: expected a mapping of names to values"),
    ])
    func `what is no connector at all is a fault too`(yaml: String, start: String) {
        let faults = faults(yaml)
        #expect(faults.count >= 1)
        #expect(faults.first?.hasPrefix(start) == true, "\(faults)")
    }

    @Test func `a connector has to be pushed to or to poll`() {
        #expect(
            faults(good.split(separator: "verify: {scheme: standard-webhooks}\n").joined())
                == [
                    "line 1, the whole file: expected verify, for what the vendor pushes, or poll, for what is asked for, or both"
                ])
    }

    @Test func `a secret has no place in a polled address`() {
        let poll = good + "\npoll:\n  url: https://example.com/{secret}\n  every: 1h\n"
        #expect(faults(poll) == ["line 17, /poll/url: expected only {cursor}, {now}, got {secret}"])
    }

    @Test(arguments: [
        ("https://tool.example/x", true), ("HTTPS://tool.example", true), ("http://127.0.0.1:8080/x", true),
        ("http://localhost/x", true), ("http://[::1]:1/x", true), ("http://127.9.9.9?a", true),
        ("http://tool.example/x", false), ("HTTP://tool.example", false), ("http://127.0.0.1.tool.example/", false),
        ("http://localhost.tool.example/", false), ("http://localhost@tool.example/", false),
        ("http://127.0.0.1:80@tool.example/", false), ("http://10.0.0.1/", false), ("http://127.0.0/", false),
        ("http://[::2]/", false),
    ])
    func `credentials are polled with over https or on this machine alone`(url: String, isTaken: Bool) throws {
        func polling(_ url: String, _ rest: String, settings: String = "{}") -> [String] {
            faults(good + "\nsettings: \(settings)\npoll:\n  url: \"\(url)\"\n  every: 1h\n" + rest)
        }
        let secret = "  headers: {X-Key: \"{secret}\"}"
        let refused = polling(url, secret)
        #expect(refused.isEmpty == isTaken)
        #expect(refused.allSatisfy { $0.hasPrefix("line 18, /poll/url: expected https") })
        #expect(polling(url, "  headers: {Authorization: Basic eA==}").isEmpty == isTaken)
        // A default of the settings is as good as the address itself.
        #expect(polling("{base}/x", secret, settings: "{base: \"\(url)\"}").isEmpty == isTaken)
        // Where nothing is secret, or the address is not known yet, there is nothing to refuse.
        #expect(polling(url, "  headers: {Accept: text/plain}").isEmpty)
        #expect(polling("{base}/x", secret, settings: "{base: ~}").isEmpty)
        #expect(polling("http://{host}/x", secret, settings: "{host: ~}").isEmpty)
        let token = "  token: {url: \"\(url)\", client: c}\n  headers: {X-Token: \"{token}\"}"
        let open = polling("https://tool.example", token)
        #expect(open.isEmpty == isTaken)
        #expect(open.allSatisfy { $0.hasPrefix("line 20, /poll/token/url: expected https") })

        let connector = try Connector(
            yaml: good + "\nsettings: {base: ~}\npoll:\n  url: \"{base}/x\"\n  every: 1h\n" + secret, file: "tool.yaml")
        if isTaken {
            #expect(try connector.settings(["base": url]) == ["base": url])
        } else {
            let error = #expect(throws: InvalidValue.self) { try connector.settings(["base": url]) }
            #expect(error?.field == "connector tool, /poll/url")
        }
    }

    @Test func `settings have defaults, or have to be given`() throws {
        let connector = try Connector(
            yaml: good + "\nsettings: {base: https://example.com, company: ~}\n", file: "tool.yaml")
        #expect(try connector.settings(["company": "a"]) == ["base": "https://example.com", "company": "a"])
        #expect(throws: InvalidValue.self) { try connector.settings([:]) }
        #expect(throws: InvalidValue.self) { try connector.settings(["company": "a", "typo": "b"]) }
    }
}
