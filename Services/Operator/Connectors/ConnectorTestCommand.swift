internal import ArgumentParser
internal import Connectors
internal import Foundation
internal import Models

struct ConnectorTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Show what a connector makes of a payload; nothing is stored.",
        discussion: """
            Prints one JSON object: the events, judged as ingestion would; what was ignored and why; what has to be \
            fetched; what was refused and where. Exits 1 where nothing valid comes out.
            """)

    @Argument(help: ArgumentHelp("The connector's file.", valueName: "file")) var file: String
    @Argument(help: ArgumentHelp("The payload as the vendor sends it; - is standard input.", valueName: "payload"))
    var payload: String
    @Flag(help: "The payload is a page that the connector polls, not one that is pushed.") var pull = false
    @Option(help: "The hook's name.") var hook: String?
    @Option(help: ArgumentHelp("A setting of the hook; may be given several times.", valueName: "name=value"))
    var set: [String] = []
    @Option(help: ArgumentHelp("A header of the call; may be given several times.", valueName: "name: value"))
    var header: [String] = []
    @Option(help: ArgumentHelp("When it comes, such as 2026-03-31T12:00:00Z; default: now.", valueName: "instant"))
    var now: String?

    func run() throws {
        let connector = try ConnectorFiles.connector(at: file)
        let rehearsal = try ConnectorRehearsal(
            connector: connector, isPulled: pull,
            call: Scope.Call(
                headers: headers(), hook: hook ?? connector.name, settings: settings(of: connector), now: instant()))
        let bytes = try ByteFile(path: payload).contents()
        let result: ConnectorRehearsal.Result
        do {
            result = try rehearsal.run(bytes)
        } catch let error as JSONProblem {
            throw CommandFailure.negative("\(payload): \(error)")
        }
        Terminal.result(result.text)
        guard result.isUseful else { throw CommandFailure.negative("") }
    }

    private func headers() throws(CommandFailure) -> [String: String] {
        var headers: [String: String] = [:]
        for line in header {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw .usage("--header: expected name: value, got \(line)") }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        return headers
    }

    /// What is not set is shown by its name, so that a connector can be tried before it is set up.
    private func settings(of connector: Connector) throws(CommandFailure) -> [String: String] {
        var given = try ConnectorFiles.pairs(set)
        for (name, fallback) in connector.settings where fallback == nil && given[name] == nil { given[name] = name }
        do throws(InvalidValue) {
            return try connector.settings(given)
        } catch {
            throw .usage("--set: \(error)")
        }
    }

    private func instant() throws(CommandFailure) -> Instant {
        guard let now else { return Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
        do throws(InvalidValue) {
            return try Instant(rfc3339: now)
        } catch {
            throw .usage("--now: \(error)")
        }
    }
}
