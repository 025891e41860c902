/// The values of a set of keys, read once at start from flags and environment and checked as a whole.
///
/// A flag wins over the environment; an empty variable counts as unset. Both `--name value` and `--name=value`
/// are understood, and a boolean's flag may stand alone.
package struct Settings: Sendable {
    private let texts: [String: String]
    private let names: Set<String>

    /// - Parameters:
    ///   - arguments: Without the executable's own name.
    /// - Throws: ``SettingsFaults`` with every fault found. No message holds a secret's value.
    package init(keys: [SettingDescription], environment: [String: String], arguments: [String])
        throws(SettingsFaults)
    {
        var faults: [String] = []
        let flags = Self.flags(in: arguments, keys: keys, faults: &faults)
        var texts: [String: String] = [:]
        for key in keys {
            let origin: String
            let text: String
            if let flag = flags[key.name] {
                (origin, text) = (key.flag, flag)
            } else if let variable = environment[key.environmentName], !variable.isEmpty {
                (origin, text) = (key.environmentName, variable)
            } else {
                if key.isRequired {
                    faults.append("\(key.environmentName) (or \(key.flag)): expected \(key.expected), got nothing")
                }
                continue
            }
            if key.accepts(text) {
                texts[key.name] = text
            } else {
                let got = key.isSecret ? "a value that is not one" : "\"\(text)\""
                faults.append("\(origin): expected \(key.expected), got \(got)")
            }
        }
        guard faults.isEmpty else { throw SettingsFaults(faults) }
        self.texts = texts
        names = Set(keys.map(\.name))
    }

    /// The value of a key that was among those read at start.
    package subscript<Value>(key: SettingKey<Value>) -> Value {
        let name = key.description.name
        precondition(names.contains(name), "The setting \(name) was not among the keys read at start")
        if let text = texts[name], let value = key.parse(text) {
            return value
        }
        guard let fallback = key.fallback else {
            preconditionFailure("The setting \(name) is required, and the reader has let it pass unset")
        }
        return fallback
    }

    private static func flags(
        in arguments: [String], keys: [SettingDescription], faults: inout [String]
    ) -> [String: String] {
        var flags: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                faults.append("\(argument): expected a flag such as --host, got a bare word")
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = keys.first(where: { $0.name == parts[0] }) else {
                faults.append("--\(parts[0]): expected one of the flags that --help lists, got an unknown one")
                if parts.count == 1, let value = rest.first, !value.hasPrefix("--") {
                    rest.removeFirst()
                }
                continue
            }
            if parts.count == 2 {
                flags[key.name] = String(parts[1])
            } else if let value = rest.first, !value.hasPrefix("--") {
                flags[key.name] = value
                rest.removeFirst()
            } else if key.isFlag {
                flags[key.name] = "true"
            } else {
                faults.append("\(key.flag): expected \(key.expected), got nothing")
                // The key is named by this fault; a second one for a required key would only repeat it.
                flags[key.name] = nil
            }
        }
        return flags
    }
}
