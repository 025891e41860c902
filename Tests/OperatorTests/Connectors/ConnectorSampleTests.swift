import Connectors
import Foundation
import Models
import Testing

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

    @Test func `every connector has samples, and every sample a connector`() throws {
        let connectors = try ConnectorFolder.connectors(in: Self.folder)
        #expect(Set(connectors.keys) == Set(Self.samples.map(\.connector)))
    }
}
