import Models
import Postgres

/// What the address of a request to `/xapi/statements` asks for.
///
/// Source: xAPI 1.0.3, part 3, section 2.1.3.
struct XAPIQuery: Sendable {
    /// How many statements a page has at most, and where the client says nothing or 0.
    static let greatestLimit = 100

    /// The decoded parameters; none twice, none that is unknown.
    private var values: [String: String] = [:]

    private(set) var statement: UUIDBytes?
    private(set) var voidedStatement: UUIDBytes?
    private(set) var keys: [XAPIKey] = []
    private(set) var since: Instant?
    private(set) var until: Instant?
    private(set) var limit = greatestLimit
    private(set) var ascending = false
    private(set) var format = XAPIFormat.exact
    /// Whether statements are to come with the contents of their attachments.
    private(set) var isMultipart = false
    /// The place in the list behind which the page begins.
    private(set) var cursor: XAPICursor?

    /// Those that may stand beside an identifier.
    static let ofOne: Set<String> = ["statementId", "voidedStatementId", "format", "attachments"]
    static let ofLists: Set<String> = [
        "agent", "verb", "activity", "registration", "related_activities", "related_agents", "since", "until", "limit",
        "ascending", "cursor",
    ]

    /// The query of a GET.
    ///
    /// - Parameter text: Encoded.
    /// - Throws: ``Problem`` whose pointer names the parameter.
    init(reading text: String?) throws(Problem) {
        try read(text, Self.ofOne.union(Self.ofLists))
        statement = try uuid("statementId")
        voidedStatement = try uuid("voidedStatementId")
        if let name = values["format"] {
            guard let format = XAPIFormat(rawValue: name) else {
                throw Self.fault("format", "expected exact, ids or canonical")
            }
            self.format = format
        }
        isMultipart = try flag("attachments")
        if statement != nil || voidedStatement != nil {
            guard statement == nil || voidedStatement == nil else {
                throw Self.fault("voidedStatementId", "expected statementId or voidedStatementId, got both")
            }
            if let other = values.keys.sorted().first(where: Self.ofLists.contains) {
                throw Self.fault(other, "expected no filter beside the identifier of a statement")
            }
            return
        }
        try readFilters()
    }

    /// The query of a PUT (`statementId` alone) or a POST (nothing).
    init(writing text: String?, needsID: Bool) throws(Problem) {
        try read(text, needsID ? ["statementId"] : [])
        statement = try uuid("statementId")
        guard statement != nil || !needsID else { throw Self.fault("statementId", "expected a UUID, got none") }
    }

    private mutating func readFilters() throws(Problem) {
        let isRelatedAgent = try flag("related_agents")
        let isRelatedActivity = try flag("related_activities")
        if let text = values["agent"] {
            let value: JSONValue
            do { value = try JSONParser.parse(text) } catch { throw Self.fault("agent", "expected JSON: \(error)") }
            guard let identifier = try XAPIActor(value, at: "/agent").identifier else {
                throw Self.fault("agent", "expected an Agent or an identified Group")
            }
            keys.append(XAPIKey(kind: isRelatedAgent ? .relatedAgent : .agent, text: identifier.text))
        }
        for (name, kind) in [
            ("verb", XAPIKey.Kind.verb), ("activity", isRelatedActivity ? .relatedActivity : .activity),
        ] {
            guard let iri = values[name] else { continue }
            guard XAPIText.isIRI(iri) else { throw Self.fault(name, "expected an IRI with a scheme") }
            keys.append(XAPIKey(kind: kind, text: iri))
        }
        if let registration = try uuid("registration") {
            keys.append(XAPIKey(kind: .registration, text: "\(registration)"))
        }
        since = try time("since")
        until = try time("until")
        ascending = try flag("ascending")
        if let text = values["limit"] {
            guard let number = Int(text), number >= 0 else {
                throw Self.fault("limit", "expected a whole number from 0")
            }
            limit = number == 0 ? Self.greatestLimit : min(number, Self.greatestLimit)
        }
        if let text = values["cursor"] {
            guard let cursor = XAPICursor(text) else { throw Self.fault("cursor", "expected what `more` says") }
            self.cursor = cursor
        }
    }

    /// The address of the next page, relative to the server.
    func more(behind cursor: XAPICursor) -> String {
        let parameters = values.filter { $0.key != "cursor" }.sorted { $0.key < $1.key }.map {
            "\($0.key)=\(PercentEncoding.encode($0.value))"
        }
        return "/\(XAPIRequest.path)/statements?" + (parameters + ["cursor=\(cursor)"]).joined(separator: "&")
    }

    // MARK: Values

    private mutating func read(_ text: String?, _ names: Set<String>) throws(Problem) {
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0], in: "")
            guard names.contains(name) else { throw Self.fault(name, "expected no parameter of this name") }
            guard values[name] == nil else { throw Self.fault(name, "expected it once") }
            values[name] = try Self.decoded(parts.count == 2 ? parts[1] : "", in: name)
        }
    }

    /// A `+` is a space in a form's encoding, and itself where spaces are written `%20`.
    private static func decoded(_ text: Substring, in name: String) throws(Problem) -> String {
        let spaced = text.contains("%20") ? String(text) : String(text.map { $0 == "+" ? " " : $0 })
        guard let decoded = String(validating: PercentEncoding.decode(Array(spaced.utf8)), as: UTF8.self),
            !decoded.utf8.contains(0)
        else { throw fault(name, "expected percent-encoded UTF-8 without U+0000") }
        return decoded
    }

    private func uuid(_ name: String) throws(Problem) -> UUIDBytes? {
        guard let text = values[name] else { return nil }
        guard let id = XAPIText.uuid(text) else { throw Self.fault(name, "expected a UUID") }
        return id
    }

    /// Python's clients write `True`.
    private func flag(_ name: String) throws(Problem) -> Bool {
        switch values[name]?.lowercased() {
        case nil, "false": return false
        case "true": return true
        default: throw Self.fault(name, "expected true or false")
        }
    }

    /// Python's clients write a space between day and time; another one was the plus sign of an offset, not encoded.
    private func time(_ name: String) throws(Problem) -> Instant? {
        guard let text = values[name] else { return nil }
        let repaired = text.enumerated().map { $1 == " " ? $0 == 10 ? "T" : "+" : $1 }
        guard let time = XAPIText.time(String(repaired)) else {
            throw Self.fault(name, "expected a time of RFC 3339")
        }
        return time
    }

    private static func fault(_ name: String, _ detail: String) -> Problem {
        Problem(
            pointer: JSONPointer.appending(name, to: ""), title: "Parameter not valid", detail: detail, kind: .content)
    }
}
