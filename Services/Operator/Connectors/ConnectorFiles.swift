internal import Connectors
internal import Foundation
internal import ServiceKit

/// Connectors' files, as commands are given them.
enum ConnectorFiles {
    /// - Throws: ``CommandFailure`` (1) with every fault.
    static func connector(at path: String) throws(CommandFailure) -> Connector {
        do throws(UnreadableConnectors) {
            return try ConnectorFolder.connector(at: path)
        } catch {
            throw .negative("\(error)")
        }
    }

    /// The folder that is named, else that of `ONUS_CONNECTORS`, else `deploy/connectors`; nil where there is none.
    static func folder(_ named: String?) -> String? {
        if let named { return named }
        if let variable = ProcessEnvironment.variables["ONUS_CONNECTORS"], !variable.isEmpty { return variable }
        return FileManager.default.fileExists(atPath: "deploy/connectors") ? "deploy/connectors" : nil
    }

    /// `name=value` words as a dictionary.
    static func pairs(_ words: [String]) throws(CommandFailure) -> [String: String] {
        var pairs: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw .usage("--set: expected name=value, got \(word)") }
            pairs[String(parts[0])] = String(parts[1])
        }
        return pairs
    }
}
