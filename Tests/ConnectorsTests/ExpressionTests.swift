import Models
import Testing

@testable import Connectors

@Suite struct ExpressionTests {
    private let payload = #"""
        {"hook": {"id": 7}, "items": [
          {"id": 12, "name": " Ann ", "empty": "", "nothing": null, "a/b": "x", "yes": "Yes",
           "born": "2026-03-02T23:30:00-0500", "local": "2025-01-08T13:06:26.915906", "ms": 1587597109477,
           "zeros": "0000-00-00", "people": [{"e": "a@x", "r": true}, {"e": "b@x"}, {"e": "c@x"}]}]}
        """#

    private func value(_ text: String) throws -> String {
        let payload = try JSONParser.parse(payload)
        let item = payload.value(at: ["items", "0"])
        let scope = Scope(
            payload: payload, item: item, current: item,
            call: Scope.Call(
                headers: ["x-id": "h1"], hook: "mine", settings: ["company": "acme"],
                now: try Instant(rfc3339: "2026-03-31T12:00:00Z")),
            source: "/connectors/mine", tables: ["t": LookupTable(values: ["12": "twelve"], fallback: nil)])
        let expression = try ExpressionParser.parse(text)
        do throws(MappingFault) {
            return try expression.value(in: scope).serialized
        } catch {
            return error.detail
        }
    }

    @Test(arguments: [
        ("/id", "12"), ("/empty", "null"), ("/nothing", "null"), ("/a~1b", #""x""#), ("/people/1/e", #""b@x""#),
        ("^/hook/id", "7"), ("/missing ?? /empty ?? 'c'", #""c""#), ("concat('a/', /id)", #""a/12""#),
        ("concat('a/', /missing)", "null"), ("lower('ÄB')", #""äb""#), ("trim(/name)", #""Ann""#),
        ("text(/id)", #""12""#), ("date(/born)", #""2026-03-03""#), ("day(/born)", #""2026-03-02""#),
        ("time(/born)", #""2026-03-03T04:30:00Z""#),
        ("time(/local)", #""2025-01-08T13:06:26.915906Z""#), ("time(/ms)", #""2020-04-22T23:11:49.477Z""#),
        ("date(/zeros) ?? 'none'", #""none""#), ("past('2026-03-31T12:00:00Z')", "true"),
        ("past('2026-03-31T12:00:01Z')", "false"), ("past(/missing)", "false"),
        ("minutes('2026-01-01T10:00:00Z', '2026-01-01T10:29:40Z')", "30"), ("boolean(/yes)", "true"),
        ("not(boolean(/yes))", "false"), ("and(true, /missing)", "false"), ("or(false, equals(/id, 12))", "true"),
        ("in(/id, 1, 12)", "true"), ("present(/empty)", "false"), ("if(present(/id), 'a', 'b')", #""a""#),
        ("map(/id, 't')", #""twelve""#), ("count(reject(/people, '/r', true))", "2"), ("count(/missing)", "0"),
        ("get(find(/people, '/e', 'b@x'), '/e')", #""b@x""#), ("get(last(/people), '/e')", #""c@x""#),
        ("round(divide(2159, 60))", "36"), ("header('X-ID')", #""h1""#), ("setting('company')", #""acme""#),
        ("hook()", #""mine""#), ("source()", #""/connectors/mine""#), ("starts(/born, '2026')", "true"),
        ("'it''s'", #""it's""#), ("-1.5", "-1.5"),
    ])
    func `an expression has the value that the documentation says`(text: String, value: String) throws {
        #expect(try self.value(text) == value)
    }

    @Test(arguments: [
        ("date('soon')", "date: expected a date, a time or seconds since 1970, got a string that is none"),
        ("map('13', 't')", "map: expected one of the words of the table t"),
        ("boolean('perhaps')", "boolean: expected true, false, yes, no, 1 or 0"),
        ("not(/id)", "expected a condition, got a number"), ("divide(1, 0)", "divide: expected a divisor other than 0"),
        ("first(/id)", "first: expected an array, got a number"),
    ])
    func `a value that does not fit says what was expected, and nothing of the payload`(
        text: String, words: String
    ) throws {
        #expect(try value(text) == words)
    }

    @Test(arguments: [
        "", "/a ??", "concat(", "lower()", "lower(/a, /b)", "unknown(/a)", "'open", "/a /b", "map(/a, /b)", "1.2.3",
        String(repeating: "lower(", count: 40),
    ])
    func `what is no expression is refused when the file is read`(text: String) {
        #expect(throws: InvalidValue.self) { try ExpressionParser.parse(text) }
    }

    @Test func `an identity from a hash tells missing values apart`() throws {
        #expect(try value("hash(/id, /missing)") != value("hash(/missing, /id)"))
        #expect(try value("hash(/id)") == value("hash(12)"))
    }
}
