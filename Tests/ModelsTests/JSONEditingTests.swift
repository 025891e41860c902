import Models
import Testing

@Suite struct JSONEditingTests {
    private let document: JSONValue = ["a": ["b/c": 1, "d~e": [true, nil]], "f": [:], "g": []]

    @Test(arguments: [
        ("", "{\"n\":1}"), ("/a/b~1c", #"{"a":{"b/c":{"n":1},"d~e":[true,null]},"f":{},"g":[]}"#),
        ("/a/d~0e/1", #"{"a":{"b/c":1,"d~e":[true,{"n":1}]},"f":{},"g":[]}"#),
        ("/f/new", #"{"a":{"b/c":1,"d~e":[true,null]},"f":{"new":{"n":1}},"g":[]}"#),
    ])
    func `a value is set where the pointer leads`(pointer: String, result: String) {
        #expect(document.setting(["n": 1], at: pointer)?.serialized == result)
    }

    @Test(arguments: ["a", "/x/y", "/a/d~0e/2", "/a/d~0e/01", "/a/d~0e/-", "/a/~2", "/g/0", "/a/b~1c/x"])
    func `a pointer that leads nowhere changes nothing`(pointer: String) {
        #expect(document.setting(1, at: pointer) == nil)
    }

    @Test func `indented JSON reads back as the same value`() throws {
        #expect(try JSONParser.parse(Array(document.indented.utf8)) == document)
        #expect((["a": [1, [:]]] as JSONValue).indented == "{\n  \"a\": [\n    1,\n    {}\n  ]\n}")
    }
}
