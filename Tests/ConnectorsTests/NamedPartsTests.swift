import Models
import Testing

@testable import Connectors

@Suite struct NamedPartsTests {
    private func rules(_ rules: String) throws -> RuleSet {
        try Connector(
            yaml: """
                connector: tool
                title: A tool
                source: /connectors/{hook}
                verify: {scheme: standard-webhooks}
                tables: {t: {a: b}}
                settings: {s: x}

                """ + rules, file: "tool.yaml"
        ).pushed
    }

    /// What is kept of a payload that is the item, where an event's member has this value.
    private func kept(_ expression: String, of payload: String, each: String? = nil) throws -> String {
        let rules = try rules(
            """
            events:
              - type: onus.gap.action
                id: =concat('x/', hook())
                time: =now()
            \(each.map { "    each: \"\($0)\"\n" } ?? "")    data: {gap: "\(expression)"}
            """)
        let payload = try JSONParser.parse(payload)
        return try #require(rules.kept(of: payload, at: nil, in: payload) as JSONValue?).serialized
    }

    @Test(arguments: [
        ("=/a/b", #"{"a":{"b":1,"c":2},"d":3}"#, #"{"a":{"b":1}}"#),
        ("=/a ?? /b", #"{"a":"","b":1,"c":2}"#, #"{"a":"","b":1}"#),
        // All of it is what is asked for; a text is not where an object stands.
        ("=/a", #"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#), ("=text(/a)", #"{"a":{"b":1},"c":[1]}"#, #"{"a":{}}"#),
        ("=hash(.)", #"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#),
        // That it is there is all that is asked.
        ("=present(/a)", #"{"a":"words"}"#, #"{"a":true}"#),
        ("=count(/a)", #"{"a":["x",{"y":1}]}"#, #"{"a":[true,{}]}"#),
        ("=get(first(/a), '/b')", #"{"a":[{"b":1,"c":2},{"b":3}]}"#, #"{"a":[{"b":1},{"b":3}]}"#),
        (
            "=get(find(/a, '/b', ^/c), '/d')", #"{"a":[{"b":1,"d":2,"e":3}],"c":1,"f":2}"#,
            #"{"a":[{"b":1,"d":2}],"c":1}"#
        ),
        ("=count(reject(/a, '/b', true))", #"{"a":[{"b":true,"c":2},{}]}"#, #"{"a":[{"b":true},{}]}"#),
        ("=/a/1/b", #"{"a":["x",{"b":1,"c":2},"y"]}"#, #"{"a":[true,{"b":1},true]}"#),
        (
            "=if(equals(/a, 'x'), map(/b, 't'), minutes(/c, /d))", #"{"a":1,"b":2,"c":3,"d":4,"e":5}"#,
            #"{"a":1,"b":2,"c":3,"d":4}"#
        ),
        ("=concat(setting('s'), source(), 'a')", #"{"s":1,"a":2}"#, "{}"),
        ("=equals(/a, /b)", #"{"a":{"x":1},"b":{"y":2},"c":3}"#, #"{"a":{"x":1},"b":{"y":2}}"#),
    ])
    func `what expressions name is kept, and nothing beside it`(
        expression: String, payload: String, expected: String
    ) throws {
        #expect(try kept(expression, of: payload) == expected)
    }

    @Test func `within an element pointers are the element's, the item's or the payload's`() throws {
        let payload = #"{"a":[{"b":1,"c":2},{"c":3}],"b":4,"d":5,"e":6}"#
        #expect(
            try kept("=concat(/b, ../d, ^/e)", of: payload, each: "=reject(/a, '/f', true)")
                == #"{"a":[{"b":1},{}],"d":5,"e":6}"#)
    }

    @Test func `conditions name what they ask about`() throws {
        let rules = try rules(
            """
            each: /items
            ignore:
              - when: {/a: x, "^/kind": {not: [ping]}, /tags: {contains: y}}
                because: not this
            thin:
              - when: {/b: {present: true}}
                because: thin
            events:
              - when: "=starts(header('X-Kind'), 'z')"
                type: onus.gap.action
                id: =concat('x/', /id)
                time: =/at
                data: {gap: =/gap}
            """)
        let item = try JSONParser.parse(
            #"{"id":"1","a":"x","b":"words","tags":["y",{"z":1}],"at":{"odd":1},"secret":1,"gap":null}"#)
        let payload: JSONValue = ["kind": "k", "note": "words", "items": [["id": "0"], item]]
        #expect(
            try #require(rules.kept(of: item, at: "/items", in: payload)).serialized
                == #"{"kind":"k","items":[{"id":"1","a":"x","b":true,"tags":["y",{}],"at":{},"gap":null}]}"#)
        #expect(rules.headers == ["x-kind"])
    }
}
