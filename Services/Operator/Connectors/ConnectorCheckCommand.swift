internal import ArgumentParser
internal import Connectors

struct ConnectorCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read connectors' files and report every fault with its line and path.")

    @Argument(help: ArgumentHelp("Files; default: all of the folder of connectors.", valueName: "file"))
    var files: [String] = []
    @Option(help: "The folder of connectors; default: ONUS_CONNECTORS, else deploy/connectors.") var connectors: String?

    func run() throws {
        var faults: [String] = []
        var names: [String] = []
        func collect(_ read: () throws(UnreadableConnectors) -> [String]) {
            do throws(UnreadableConnectors) { names += try read() } catch { faults += error.faults }
        }
        if files.isEmpty {
            guard let folder = ConnectorFiles.folder(connectors) else {
                throw CommandFailure.usage("expected files, --connectors or ONUS_CONNECTORS")
            }
            collect { () throws(UnreadableConnectors) in try ConnectorFolder.connectors(in: folder).keys.sorted() }
        }
        for file in files {
            collect { () throws(UnreadableConnectors) in [try ConnectorFolder.connector(at: file).name] }
        }
        guard faults.isEmpty else { throw CommandFailure.negative(faults.joined(separator: "\n")) }
        Terminal.result(names.joined(separator: "\n"))
    }
}
