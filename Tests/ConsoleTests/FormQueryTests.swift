import Testing

@testable import Console

@Suite struct FormQueryTests {
    @Test(arguments: [
        ("q=Ann+Lee&status=", "Ann Lee"), ("q=a%2Bb", "a+b"), ("q=%C3%A9+%26", "é &"), ("q=1%", "1%"), ("q=%+1", "% 1"),
        ("q=%zz", "%zz"), ("q", ""), ("q=a&q=b", "a"), ("&&q=a=b&", "a=b"),
    ])
    func `a form's field is read as the browser wrote it`(query: String, value: String) {
        #expect(FormQuery(query)["q"] == value)
    }

    @Test func `octets that are no UTF-8 are repaired, and a field that is not there is nil`() {
        #expect(FormQuery("q=%FF")["q"] == "\u{FFFD}")
        #expect(FormQuery(nil)["q"] == nil)
    }

    @Test(arguments: [
        ("  a complaint  ", "a complaint"), ("audit", "audit"), ("    ", nil), ("abcd", nil), ("a\u{0}bcdef", nil),
        ("line\nline", nil), (String(repeating: "x", count: 501), nil), (nil, nil),
    ])
    func `a reason says something and is text`(given: String?, text: String?) {
        #expect(LookReason(given)?.text == text)
    }

    @Test(arguments: [
        ("127.0.0.1:8083", true), ("LOCALHOST", true), ("[::1]:1", true), ("127.1.2.3", true), ("onus.example", false),
        ("rebound.example:8083", false), ("127.0.0.1.rebound.example", false), ("127.0.0.x", false), ("", false),
        ("localhost.rebound.example", false), ("[::2]", false),
    ])
    func `only this machine's own names count as loopback`(authority: String, isOwn: Bool) {
        #expect(LoopbackName.isOwn(authority) == isOwn)
        #expect(!LoopbackName.isOwn(nil))
    }
}
