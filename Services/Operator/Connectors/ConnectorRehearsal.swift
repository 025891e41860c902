internal import Connectors
internal import EventLog
internal import Models

/// What ingestion would do with a payload, without doing it.
struct ConnectorRehearsal {
    struct Result {
        let json: JSONValue
        /// Whether something valid came out.
        let isUseful: Bool

        /// A line an event, so that people can read it and tools can compare it.
        var text: String {
            var lines: [String] = []
            for member in json.object?.members ?? [] {
                let elements = member.value.array ?? []
                let inner = elements.map { "    \($0.serialized)" }.joined(separator: ",\n")
                lines.append("  \"\(member.name)\": " + (elements.isEmpty ? "[]" : "[\n\(inner)\n  ]"))
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n}"
        }
    }

    let connector: Connector
    let isPulled: Bool
    let call: Scope.Call

    /// - Throws: ``JSONProblem`` where the payload is no JSON; ``CommandFailure`` where the connector has no such side.
    func run(_ bytes: [UInt8]) throws -> Result {
        let payload = try bytes.isEmpty ? JSONValue.null : JSONParser.parse(bytes)
        let rules: RuleSet
        if isPulled {
            guard let poll = connector.poll else {
                throw CommandFailure.usage("--pull: expected a connector that polls, \(connector.name) does not")
            }
            rules = poll.rules
        } else {
            rules = connector.pushed
        }
        var events: [JSONValue] = []
        var ignored: [JSONValue] = []
        var thin: [JSONValue] = []
        var refused: [JSONValue] = []
        var states = States()
        for item in connector.translate(payload, by: rules, call: call) {
            switch item.outcome {
            case .ignored(let reason): ignored.append(Self.said(item, reason))
            case .thin(let reason): thin.append(Self.said(item, reason))
            case .refused(let problem): refused.append(Self.said(item, problem))
            case .events(let made):
                for event in made {
                    do throws(Problem) {
                        // Read and written again, minimised: what the log would hold.
                        let valid = try EventReader.read(event.structured)
                        var shown = event.structured.object ?? JSONObject()
                        shown.set("id", .string(states.id(of: valid.identity, stateOf: event.subject)))
                        shown.set("data", valid.data)
                        events.append(.object(shown))
                    } catch {
                        refused.append(Self.said(item, error))
                    }
                }
            }
        }
        return Result(
            json: [
                "events": .array(events), "ignored": .array(ignored), "fetch": .array(thin), "refused": .array(refused),
            ],
            isUseful: !events.isEmpty)
    }

    private static func said(_ item: TranslatedItem, _ reason: String) -> JSONValue {
        ["item": .number(JSONNumber(item.index)), "because": .string(reason)]
    }

    private static func said(_ item: TranslatedItem, _ problem: Problem) -> JSONValue {
        [
            "item": .number(JSONNumber(item.index)), "pointer": .string(problem.pointer),
            "title": .string(problem.title), "detail": .string(problem.detail),
        ]
    }

    /// How things stand for a hook that has seen nothing but this payload.
    private struct States {
        private var counts: [String: (count: StateCount, id: String)] = [:]
        private var known: Set<EventIdentity> = []

        mutating func id(of identity: EventIdentity, stateOf subject: String?) -> String {
            guard let subject else { return identity.id }
            var (count, id) = counts[subject] ?? (StateCount(), identity.id)
            switch count.see(identity.hash, known: known.insert(identity).inserted ? .no : .before) {
            case .same: break
            case .new: id = identity.id
            case .again(let change): id = identity.numbered(change).id
            }
            counts[subject] = (count, id)
            return id
        }
    }
}
