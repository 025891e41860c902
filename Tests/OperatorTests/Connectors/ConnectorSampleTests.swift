import Foundation
import Models
import Testing

@testable import Connectors
@testable import Operator

/// The ready-made connectors over the payloads of `deploy/connectors/samples`, made after the vendors' documentation.
@Suite struct ConnectorSampleTests {
    /// `NAME/CASE.json` is pushed, `NAME/CASE.pull.json` is polled; `….expected` beside it is what comes out.
    struct Sample: CustomTestStringConvertible, Sendable {
        let connector: String
        let file: String

        var isPulled: Bool { file.hasSuffix(".pull.json") }
        var testDescription: String { "\(connector)/\(file)" }
        var path: String { "\(ConnectorSampleTests.folder)/samples/\(connector)/\(file)" }
    }

    static let folder = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" } + "/deploy/connectors"

    static let samples: [Sample] = {
        let folder = "\(Self.folder)/samples"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().flatMap { name in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
            return files.filter { $0.hasSuffix(".json") }.sorted().map { Sample(connector: name, file: $0) }
        }
    }()

    @Test(arguments: samples)
    func `each sample gives what is written beside it`(sample: Sample) throws {
        let connector = try ConnectorFolder.connector(at: "\(Self.folder)/\(sample.connector).yaml")
        var settings: [String: String] = [:]
        for (name, fallback) in connector.settings { settings[name] = fallback ?? name }
        let rehearsal = ConnectorRehearsal(
            connector: connector, isPulled: sample.isPulled,
            call: Scope.Call(
                hook: connector.name, settings: settings, now: try Instant(rfc3339: "2026-03-31T12:00:00Z")))
        let payload = try #require(FileManager.default.contents(atPath: sample.path))
        let text = try rehearsal.run(Array(payload)).text + "\n"
        let expected = FileManager.default.contents(atPath: sample.path + ".expected") ?? Data()
        #expect(text == String(decoding: expected, as: UTF8.self))
        // What a person wrote for a person is nobody's evidence.
        for words in ["Ask about the budget", "private words", "Mia / Ron"] { #expect(!text.contains(words)) }
    }

    /// Every object of the sample with another member, as vendors have many that no rule names.
    private static func marked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            var object = object.mapValues(marked)
            object.append("unnamed", ["text": "MARKER", "texts": ["MARKER", ["text": "MARKER"]]])
            object.append("MARKER", 1)
            return .object(object)
        case .array(let elements): return .array(elements.map(marked))
        case .null, .bool, .number, .string: return value
        }
    }

    @Test(arguments: samples)
    func `what would be kept of a sample's items holds nothing that no rule names, and gives the same again`(
        sample: Sample
    ) throws {
        let connector = try ConnectorFolder.connector(at: "\(Self.folder)/\(sample.connector).yaml")
        let rules = sample.isPulled ? try #require(connector.poll).rules : connector.pushed
        let call = Scope.Call(hook: "h", now: try Instant(rfc3339: "2026-03-31T12:00:00Z"))
        let bytes = try #require(FileManager.default.contents(atPath: sample.path))
        let payload = Self.marked(try JSONParser.parse(Array(bytes)))
        let items = connector.translate(payload, by: rules, call: call)
        #expect(!items.isEmpty)
        /// Without where it stands, which is another place once it is alone.
        func outcome(_ item: TranslatedItem) -> TranslatedItem.Outcome {
            guard case .refused(let problem) = item.outcome else { return item.outcome }
            return .refused(
                Problem(pointer: "", title: problem.title, detail: problem.detail, kind: problem.kind))
        }
        for parts in Dictionary(grouping: items, by: \.index).values {
            let item = parts[0]
            let place = item.pointer.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            let kept = try #require(
                rules.kept(of: item.value, at: item.pointer.isEmpty ? nil : place, in: payload))
            #expect(!kept.serialized.contains("MARKER"))
            for words in Self.unnamed { #expect(!kept.serialized.contains(words)) }
            #expect(connector.translate(kept, by: rules, call: call).map(outcome) == parts.map(outcome))
        }
    }

    /// Words of the samples that people wrote for people, or that are nobody's evidence.
    private static let unnamed = [
        "Ask about the budget", "Note to self", "private words", "Mia / Ron", "Ron/Speedman", "Kim", "Dana",
    ]

    /// What vendors do that a mapping without care would get wrong, and what a sample of it has to come to.
    private static let traps: [(trap: String, sample: String, outcome: String)] = [
        ("announced is not effective", "bamboohr/termination-announced.json", #""active":true"#),
        ("effective, it counts from the last day", "bamboohr/termination-effective.json", #""active":false"#),
        (
            "a record made ahead begins on its first day", "bamboohr/created-ahead.json",
            #""effectiveFrom":"2026-05-01""#
        ),
        (
            "created is followed by updated, and the later one wins", "bamboohr/created-then-updated.json",
            #""effectiveFrom":"2026-03-25","active":true,"manager":"18""#
        ),
        ("an event-based call is thin", "bamboohr/event-based.json", #""fetch": [\n"#),
        ("a deleted employee is in no report", "bamboohr/event-based-deleted.json", #""active":false"#),
        ("a deleted employee is in no table", "hibob/employee-deleted.json", #""active":false"#),
        ("a deleted employee is read no more", "personio/person-deleted.json", #""active":false"#),
        ("thin calls are fetched", "hibob/employee-updated.json", #""fetch": [\n"#),
        ("one change sends two calls", "hibob/table-entry-updated.json", #""fetch": [\n"#),
        ("an entry may begin in future", "hibob/work.pull.json", #""effectiveFrom":"2026-06-01""#),
        (
            "a correction is an event of its own", "hibob/corrected-twice.pull.json",
            #""active":true,"manager":"3332883854254932743""#
        ),
        (
            "a leaver's day may lie ahead", "hibob-lifecycle/lifecycle.pull.json",
            #""effectiveFrom":"2026-04-30","active":false"#
        ),
        ("calls carry no data", "personio/person-updated.json", #""fetch": [\n"#),
        ("a job change leaves its employee's record as it was", "personio/job-changed.pull.json", #""manager":"19""#),
        (
            "a manager may come back", "personio/moved-back.pull.json",
            #"/764aeee99fc9f98a8306c106fbc2af8c/3","source""#
        ),
        ("a test call", "gong/test.json", "a test from Gong's settings"),
        ("a machine's answers are nobody's coaching", "gong/machine-answers.json", #""events": []"#),
        ("recorded is not coached", "gong/recorded-only.json", #""events": []"#),
        (
            "who was not on the call is not known, and holds up nobody's comment", "gong/reviewed-later.json",
            #""from":"mia@example.com""#
        ),
        ("who was not on the call is not known", "gong/reviewed-later.json", "one of the words of the table people"),
        ("hours late: a comment counts when it was written", "gong/commented.json", #""time":"2026-03-19T15:30:00Z""#),
        ("assigned is not completed", "samsara/pushed.json", "assigned is not completed"),
        ("deleted afterwards never counted", "samsara/sessions.pull.json", "onus.event.retracted"),
        ("alone is no coaching", "samsara/sessions.pull.json", "without a manager it is no coaching"),
        ("scheduled is not held", "calendar/events.pull.json", "scheduled is not held"),
        ("cancelled is not held", "calendar/events.pull.json", "it was cancelled"),
        ("a test ping", "calendar/ping.json", "a test of the connection"),
        ("a test ping", "personio/ping.json", "a test of the connection"),
        ("a test ping", "samsara/ping.json", "a test of the connection"),
    ]

    @Test func `every trap that is known has a sample, and its outcome is the right one`() throws {
        for (trap, sample, outcome) in Self.traps {
            let expected = FileManager.default.contents(atPath: "\(Self.folder)/samples/\(sample).expected") ?? Data()
            let wanted = outcome.replacing(#"\n"#, with: "\n")
            #expect(String(decoding: expected, as: UTF8.self).contains(wanted), "\(trap): \(sample)")
        }
        // Two contents are two events, and a content that comes back is one more.
        for (sample, count) in [
            ("hibob/corrected-twice.pull.json", 2), ("personio/job-changed.pull.json", 2),
            ("hibob/changed-back.pull.json", 3), ("hibob-lifecycle/changed-back.pull.json", 3),
            ("personio/moved-back.pull.json", 3),
        ] {
            let expected = FileManager.default.contents(atPath: "\(Self.folder)/samples/\(sample).expected") ?? Data()
            let ids = String(decoding: expected, as: UTF8.self).matches(of: /"id":"[^"]+"/).map { String($0.output) }
            #expect(Set(ids).count == count, "\(sample)")
        }
    }

    /// HiBob's dates have no time of day: what a later poll sees has to be later.
    @Test(arguments: [
        // When the first is seen, and the second; the day on which both were made.
        ("2026-03-21T10:00:00Z", "2026-03-21T16:00:00Z", #""2026-03-21""#),
        ("2026-03-21T10:00:00Z", "2026-03-22T02:00:00Z", #""2026-03-21""#),
        ("2026-03-21T00:00:00Z", "2026-03-21T00:00:01Z", #""2026-03-21""#),
        ("2026-03-21T10:00:00Z", "2026-04-04T10:00:00Z", #""2026-03-21""#),
        ("2026-03-21T10:00:00Z", "2026-03-22T10:00:00Z", "null"),
        // A clock of the vendor's that is ahead.
        ("2026-03-21T10:00:00Z", "2026-03-21T10:00:01Z", #""2026-03-21T23:00:00""#),
    ])
    func `of two corrections of one day the one that is seen later is later`(
        first: String, second: String, changed: String
    ) throws {
        for (name, entry) in [
            ("hibob", #""effectiveDate":"2026-03-01","reportsTo":{"id":"PART"}"#),
            ("hibob-lifecycle", #""status":"Terminated","effectiveDate":"2026-03-0PART""#),
        ] {
            let connector = try ConnectorFolder.connector(at: "\(Self.folder)/\(name).yaml")
            let rules = try #require(connector.poll?.rules)
            func event(_ part: String, at instant: String) throws -> Event {
                let entry = entry.replacing("PART", with: part)
                let page = try JSONParser.parse(
                    #"{"results":[{"employeeId":"7","values":[{"id":1,\#(entry),"modificationDate":\#(changed)}]}]}"#)
                let items = connector.translate(
                    page, by: rules, call: Scope.Call(hook: name, settings: [:], now: try Instant(rfc3339: instant)))
                guard case .events(let events)? = items.first?.outcome else {
                    throw InvalidValue(field: "event", expected: "one", got: "\(items)")
                }
                return try EventReader.read(try #require(events.first).structured).event
            }
            let parts = ["1", "2", "3", "4", "5"]
            for (earlier, later) in zip(parts, parts.dropFirst()) {
                let (one, two) = (try event(earlier, at: first), try event(later, at: second))
                #expect(one.time < two.time, "\(name)")
                // Seen again it is the same event, whatever time it then has.
                #expect(try event(earlier, at: second).identity == one.identity)
            }
        }
    }

    /// What comes of the sample of a call that was reviewed later, under the connector with these changes.
    private func reviewed(
        people: String, _ change: (String) -> String = { $0 }
    ) throws -> [(from: String?, person: String?)] {
        let file = try #require(FileManager.default.contents(atPath: "\(Self.folder)/gong.yaml"))
        let connector = try Connector(
            yaml: String(decoding: file, as: UTF8.self).replacing("people: {}", with: "people: {\(people)}"),
            file: "gong")
        let sample = "\(Self.folder)/samples/gong/reviewed-later.json"
        let text = String(decoding: try #require(FileManager.default.contents(atPath: sample)), as: UTF8.self)
        let items = connector.translate(
            try JSONParser.parse(change(text)), by: connector.pushed,
            call: Scope.Call(hook: "gong", now: try Instant(rfc3339: "2026-03-31T12:00:00Z")))
        guard case .events(let events)? = items.first?.outcome else { return [] }
        return events.map { ($0.structured["data"]?["from"]?.string, $0.structured["data"]?["person"]?.string) }
    }

    @Test func `people who were not on a call of Gong's are found in the connector's table`() throws {
        let lee = #""7744111777663220999": lee@example.com"#
        #expect(try reviewed(people: lee).map(\.from) == ["mia@example.com", "lee@example.com"])
        // The call's owner neither, where a colleague was sent.
        let absent = { (text: String) in text.replacing(#""userId": "7744111777663220493""#, with: #""userId": "1""#) }
        #expect(try reviewed(people: lee, absent).isEmpty)
        let ron = #"\#(lee), "7744111777663220493": ron@example.com"#
        #expect(try reviewed(people: ron, absent).map(\.person) == ["ron@example.com", "ron@example.com"])
        // Of whom nothing is said is not who came from outside, without a number.
        let nobody = { (text: String) in
            text.replacing(#""commenterUserId": "7744111777663220999""#, with: #""commenterUserId": null"#)
        }
        #expect(try reviewed(people: lee, nobody).map(\.from) == ["mia@example.com", nil])
    }

    @Test func `every connector has samples, and every sample a connector`() throws {
        let connectors = try ConnectorFolder.connectors(in: Self.folder)
        #expect(Set(connectors.keys) == Set(Self.samples.map(\.connector)))
    }
}
