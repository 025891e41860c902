import Models
import Testing

struct StatementMappingTests {
    @Test func `a mapping that ties nothing, or takes a waiver for a completion, is refused by its place`() throws {
        let cases: [(String, String)] = [
            (#"[]"#, "/rules"), (#"{"rules": [], "more": 1}"#, "/more"), (#"{"rules": [1]}"#, "/rules/0"),
            (#"{"rules": [{"gap": {"constant": "g"}}]}"#, "/rules/0/activity"),
            (#"{"rules": [{"activity": "a:"}]}"#, "/rules/0"),
            (#"{"rules": [{"activity": "a:", "gap": {"constant": ""}}]}"#, "/rules/0/gap/constant"),
            (#"{"rules": [{"activity": "a:", "gap": {"extension": "x"}}]}"#, "/rules/0/gap/extension"),
            (#"{"rules": [{"activity": "a:", "gap": "g"}]}"#, "/rules/0/gap"),
            (#"{"rules": [{"activity": "a:", "gaps": {"constant": "g"}}]}"#, "/rules/0/gaps"),
            (
                #"{"rules": [{"activity": "a:", "gap": {"constant": "g"}, "verbs": ["\#(StatementRule.waived)"]}]}"#,
                "/rules/0/verbs/0"
            ),
        ]
        for (text, pointer) in cases {
            let value = try JSONParser.parse(text)
            let problem = #expect(throws: Problem.self) { try StatementMapping(value) }
            #expect(problem?.pointer == pointer, "\(text)")
        }
    }

    @Test func `a rule without verbs takes ADL's completed and passed`() throws {
        let mapping = try StatementMapping(
            try JSONParser.parse(#"{"rules": [{"activity": "a:b", "gap": {"constant": "g"}}]}"#))
        let rule = try #require(mapping.rules.first)
        #expect(rule.matches(verb: "http://adlnet.gov/expapi/verbs/passed", activity: "a:bc"))
        #expect(!rule.matches(verb: "http://adlnet.gov/expapi/verbs/failed", activity: "a:bc"))
        #expect(!rule.matches(verb: "http://adlnet.gov/expapi/verbs/passed", activity: "a:c"))
    }
}
