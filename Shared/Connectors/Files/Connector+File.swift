import Models
internal import Yams

extension Connector {
    /// Reads a connector's file.
    ///
    /// - Parameter file: Its name, for faults.
    /// - Throws: ``ConnectorFaults`` with every fault, each with its line and path.
    package init(yaml: String, file: String) throws(ConnectorFaults) {
        let faults = FaultList()
        let connector = Self.root(of: yaml, faults).flatMap { Self.read($0) }
        guard faults.faults.isEmpty, let connector else {
            throw ConnectorFaults(file: file, faults: faults.faults.sorted { $0.line < $1.line })
        }
        self = connector
    }

    private static func root(of yaml: String, _ faults: FaultList) -> YAMLPlace? {
        do {
            guard let node = try Yams.compose(yaml: yaml) else {
                faults.add(line: 1, path: "", "expected a mapping, got nothing")
                return nil
            }
            return YAMLPlace(node, path: "", line: 1, faults: faults)
        } catch let error as YamlError {
            let (line, detail) = words(of: error)
            faults.add(line: line, path: "", detail)
        } catch {
            faults.add(line: 1, path: "", "expected YAML")
        }
        return nil
    }

    private static func words(of error: YamlError) -> (line: Int, detail: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, "expected YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            (context.mark.line, "expected no name twice, got \(duplicates.joined(separator: ", ")) again")
        default: (1, "expected YAML in UTF-8")
        }
    }

    private static func read(_ root: YAMLPlace) -> Connector? {
        guard let section = root.section else { return nil }
        section.allow(
            "connector", "title", "source", "verify", "settings", "tables", "each", "ignore", "thin", "events", "poll")
        let name = section.required("connector")?.slug
        let title = section.required("title")?.text
        let source = section.required("source")?.text
        let settings = settings(section.member("settings"))
        let tables = tables(section.member("tables"))
        let context = ReadingContext(tables: Set(tables.keys), settings: Set(settings.keys))
        let verification = section.member("verify").flatMap { Verification.read($0) }
        let each = section.member("each").flatMap(\.pointer)
        let ignore = section.member("ignore").map { IgnoreRule.list($0, context) } ?? []
        let thin = section.member("thin").map { ThinRule.list($0, context) } ?? []
        let isPushed = section.member("verify") != nil
        let events = section.member("events").map { EventRule.list($0, context, isPushed: isPushed) } ?? []
        let pushed = RuleSet(items: each, ignore: ignore, thin: thin, events: events)
        let poll = section.member("poll").flatMap { PollRule.read($0, pushed: pushed, context) }
        if section.member("verify") == nil, section.member("poll") == nil {
            root.fault("expected verify, for what the vendor pushes, or poll, for what is asked for, or both")
        }
        if section.member("events") == nil, section.member("poll")?.hasMember("events") != true {
            root.fault("expected events, here or in poll")
        }
        for address in poll?.openAddresses(settings: settings.compactMapValues { $0 }) ?? [] {
            let place = address.member.reduce(section.member("poll")) { $0?.section?.member($1) }
            place?.fault("expected \(PollRule.OpenAddress.expected), got \(address.origin)")
        }
        guard let name, let title, let source else { return nil }
        return Connector(
            name: name, title: title, source: source, verification: verification, settings: settings, tables: tables,
            pushed: pushed, poll: poll)
    }

    private static func settings(_ place: YAMLPlace?) -> [String: String?] {
        var settings: [String: String?] = [:]
        for (name, value) in place?.members ?? [] {
            guard !["cursor", "now", "secret", "secret64", "token", "hook"].contains(name) else {
                value.fault("expected another name: this one has a meaning of its own")
                continue
            }
            guard let constant = value.constant else { continue }
            // updateValue: an assigned nil would take the name out.
            switch constant {
            case .null: settings.updateValue(nil, forKey: name)
            case .string(let text): settings.updateValue(text, forKey: name)
            default: settings.updateValue(constant.serialized, forKey: name)
            }
        }
        return settings
    }

    private static func tables(_ place: YAMLPlace?) -> [String: LookupTable] {
        var tables: [String: LookupTable] = [:]
        for (name, table) in place?.members ?? [] {
            var values: [String: JSONValue] = [:]
            var fallback: JSONValue?
            for (word, value) in table.members ?? [] {
                guard let constant = value.constant else { continue }
                if word == "otherwise" { fallback = constant } else { values[word] = constant }
            }
            tables[name] = LookupTable(values: values, fallback: fallback)
        }
        return tables
    }
}

/// What expressions of a file may name.
struct ReadingContext {
    let tables: Set<String>
    let settings: Set<String>
}
