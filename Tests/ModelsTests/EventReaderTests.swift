import Models
import Testing

@Suite struct EventReaderTests {
    private func read(_ text: String) throws -> ValidatedEvent {
        try EventReader.read(try JSONParser.parse(text), minimising: .standard)
    }

    private func problem(_ text: String) -> Problem? {
        #expect(throws: Problem.self, "\(text)") { try read(text) }
    }

    @Test func `a problem with a number quotes it shortly, however long it was written`() throws {
        let level = "5." + String(repeating: "1", count: 900)
        let problem = #expect(throws: Problem.self) {
            try EventReader.read(
                try JSONParser.parse(
                    #"{"specversion":"1.0","id":"1","source":"/t","type":"onus.behaviour.observed","#
                        + #""time":"2026-01-01T00:00:00Z","data":{"gap":"g","observer":"o","level":\#(level)}}"#))
        }
        #expect(problem?.pointer == "/data/level")
        #expect((problem?.detail.utf8.count ?? .max) < 100)
    }

    @Test func `the table has every type once`() {
        #expect(CatalogueEntry.all.map(\.type) == EventType.allCases.map(\.rawValue))
    }

    @Test(arguments: CatalogueEntry.all)
    func `an event is accepted with all its members and with the required ones`(entry: CatalogueEntry) throws {
        #expect(try read(entry.event(entry.data())).type.rawValue == entry.type)
        #expect(try read(entry.event(entry.data(requiredOnly: true))).type.rawValue == entry.type)
        for member in entry.members {
            for good in member.good { _ = try read(entry.event(entry.data([member.name: good]))) }
        }
    }

    @Test(arguments: CatalogueEntry.all)
    func `a required member that is missing or null is named`(entry: CatalogueEntry) {
        for member in entry.members where member.isRequired {
            for change in [String?.none, "null"] {
                let problem = problem(entry.event(entry.data([member.name: change])))
                #expect(problem?.pointer == "/data/\(member.name)")
                #expect(problem?.kind == .content)
            }
        }
    }

    @Test(arguments: CatalogueEntry.all)
    func `an ill-typed member is named, required or not, and null equals absent`(entry: CatalogueEntry) throws {
        for member in entry.members {
            for bad in member.bad {
                let parts = bad.split(separator: "@", maxSplits: 1).map(String.init)
                let problem = problem(entry.event(entry.data([member.name: parts[0]])))
                #expect(problem?.pointer == "/data/\(member.name)" + (parts.count > 1 ? parts[1] : ""), "\(bad)")
                #expect(problem?.kind == .content)
            }
            if !member.isRequired {
                #expect(
                    try read(entry.event(entry.data([member.name: "null"]))).event
                        == read(entry.event(entry.data([member.name: String?.none]))).event)
            }
        }
    }

    @Test(arguments: CatalogueEntry.all)
    func `an event written back reads as the same event`(entry: CatalogueEntry) throws {
        let full = try read(entry.event(entry.data()))
        let again = try EventReader.read(full.event.structured)
        #expect(again.event == full.event)
        // Every member of the catalogue is written, in its order.
        #expect(again.data == full.data)
        let rebuilt = try EventReader.event(
            identity: full.identity, time: full.time, subject: full.subject, type: full.type, data: full.data)
        #expect(rebuilt == full.event)
    }

    @Test(arguments: CatalogueEntry.all)
    func `the first fault in the catalogue's order is named, whatever the order of the members`(entry: CatalogueEntry) {
        let required = entry.members.filter(\.isRequired)
        #expect(problem(entry.event("{}"))?.pointer == "/data/\(required[0].name)")
        let reversed = required.reversed().map { #""\#($0.name)":[[]]"# }.joined(separator: ",")
        #expect(problem(entry.event("{\(reversed)}"))?.pointer == "/data/\(required[0].name)")
    }

    @Test func `coaching names exactly one of coach and provider`() throws {
        let entry = try #require(CatalogueEntry.all.first { $0.type == "onus.coaching.held" })
        let provider = try read(entry.event(#"{"person":"p","provider":{"kind":"tool","name":"n"}}"#))
        guard case .coachingHeld(let data) = provider.event.payload else { return #expect(Bool(false)) }
        #expect(data.by == .provider(kind: .tool, name: "n"))
        #expect(try EventReader.read(provider.event.structured).event == provider.event)
        #expect(problem(entry.event(#"{"person":"p"}"#))?.pointer == "/data/coach")
        #expect(
            problem(entry.event(#"{"person":"p","coach":"c","provider":{"kind":"tool"}}"#))?.pointer == "/data/provider"
        )
        #expect(problem(entry.event(#"{"person":"p","provider":{}}"#))?.pointer == "/data/provider/kind")
        #expect(problem(entry.event(#"{"person":"p","provider":{"kind":"book"}}"#))?.pointer == "/data/provider/kind")
        #expect(
            problem(entry.event(#"{"person":"p","provider":{"kind":"tool","name":1}}"#))?.pointer
                == "/data/provider/name")
        #expect(problem(entry.event(#"{"person":"p","provider":"x"}"#))?.pointer == "/data/provider")
        _ = try read(entry.event(#"{"person":"p","coach":"c","provider":null}"#))
    }

    @Test(arguments: [
        (#"{"person":"p","programme":"g"}"#, true), (#"{"person":"p","programme":"g","assignedBy":"p"}"#, true),
        (#"{"person":"p","programme":"g","assignedBy":"q"}"#, false),
        (#"{"person":"p","programme":"g","gap":"x"}"#, false),
        (#"{"person":"p","programme":"g","expectation":"x"}"#, false),
        (#"{"person":"p","programme":"g","assignedBy":"p","gap":"x"}"#, false),
    ])
    func `a completion without a tie to the job is personal learning`(data: String, isPersonal: Bool) throws {
        let entry = try #require(CatalogueEntry.all.first { $0.type == "onus.training.completed" })
        #expect(try read(entry.event(data)).event.payload.isPersonalLearning == isPersonal)
    }

    @Test func `unknown members are kept and minimised names removed at any depth`() throws {
        let entry = try #require(CatalogueEntry.all.first { $0.type == "onus.conversation.held" })
        let event = try read(
            entry.event(
                #"{"manager":"m","person":"p","kind":"review","notes":"secret","more":{"a":[{"transcript":1,"b":2}],"emotion":null},"x":"notes"}"#
            ))
        #expect(
            event.data == [
                "manager": "m", "person": "p", "kind": "review", "more": ["a": [["b": 2]]], "x": "notes",
            ])
    }

    @Test func `minimisation never removes what an event can't be read without`() throws {
        let rules = MinimisationRules(names: ["name", "person", "summary"])
        #expect(rules.names == ["summary"])
        for entry in CatalogueEntry.all {
            let strict = MinimisationRules(names: Set(entry.members.map(\.name)))
            let value = try JSONParser.parse(entry.event(entry.data()))
            _ = try EventReader.read(value, minimising: Minimisation(strict))
        }
    }

    @Test func `a source's own list counts in place of the common one, and the longest fits best`() {
        func names(_ names: String...) -> MinimisationRules { MinimisationRules(names: Set(names)) }
        let rules = Minimisation(
            names("notes"),
            sources: [
                .init(prefix: "/gong/", rules: names("mood")), .init(prefix: "/gong/eu", rules: names()),
                .init(prefix: "/é", rules: names("é")),
            ])
        #expect(rules.rules(for: "/hris") == names("notes"))
        #expect(rules.rules(for: "/gong/us") == names("mood"))
        #expect(rules.rules(for: "/gong/eu/1") == names())
        // Bytes, not characters that look alike.
        #expect(rules.rules(for: "/e\u{301}") == names("notes"))
        // Of an event without a readable source nothing is kept that any list names.
        #expect(rules.rules(for: nil) == names("notes", "mood", "é"))
    }

    @Test func `the codes of the types never change`() {
        #expect(EventType.allCases.map(\.code) == Array(1...18))
        #expect(EventType(code: 10) == .coachingHeld)
        #expect(EventType(code: 0) == nil)
        #expect(EventType(code: 19) == nil)
    }
}
