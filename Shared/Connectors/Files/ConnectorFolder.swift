import FoundationEssentials

/// Reads connectors from disk; the one place of this module that does.
package enum ConnectorFolder {
    /// All connectors of a folder (`*.yaml`), by name.
    ///
    /// - Throws: ``UnreadableConnectors`` with every fault of every file.
    package static func connectors(in folder: String) throws(UnreadableConnectors) -> [String: Connector] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
                .sorted()
        } catch {
            throw UnreadableConnectors(faults: ["\(folder): expected a folder that can be read"])
        }
        var connectors: [String: Connector] = [:]
        var faults: [String] = []
        for name in names {
            do throws(UnreadableConnectors) {
                let connector = try connector(at: "\(folder)/\(name)")
                if connectors[connector.name] != nil {
                    faults.append("\(folder)/\(name): expected a name of its own, got \(connector.name) again")
                }
                connectors[connector.name] = connector
            } catch {
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw UnreadableConnectors(faults: faults) }
        return connectors
    }

    package static func connector(at path: String) throws(UnreadableConnectors) -> Connector {
        guard let data = FileManager.default.contents(atPath: path), let yaml = String(validating: data, as: UTF8.self)
        else { throw UnreadableConnectors(faults: ["\(path): expected a file in UTF-8 that can be read"]) }
        do throws(ConnectorFaults) {
            return try Connector(yaml: yaml, file: path)
        } catch {
            throw UnreadableConnectors(faults: error.faults.map { "\(path): \($0)" })
        }
    }
}

/// One line a fault, with file, line and path.
package struct UnreadableConnectors: Error, Hashable, Sendable, CustomStringConvertible {
    package let faults: [String]

    package var description: String { faults.joined(separator: "\n") }
}
