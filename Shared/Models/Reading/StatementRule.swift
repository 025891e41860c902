/// A rule by which a statement of xAPI is tied to the job (docs/xapi.md).
package struct StatementRule: Hashable, Sendable {
    /// Where a value comes from.
    package enum Origin: Hashable, Sendable {
        /// Always this.
        case constant(String)
        /// The context extension of this IRI.
        case contextExtension(String)
    }

    /// Verbs by their IRIs.
    package let verbs: Set<String>
    /// Activities whose identifier begins with it.
    package let activityPrefix: String
    /// `nil`: the activity's identifier.
    package let programme: Origin?
    package let gap: Origin?
    package let assignedBy: Origin?
    package let expectation: Origin?

    /// ADL's, which cmi5 takes over.
    package static let completions: Set<String> = [
        "http://adlnet.gov/expapi/verbs/completed", "http://adlnet.gov/expapi/verbs/passed",
    ]
    /// cmi5's administrative exemption: nobody has learnt anything.
    package static let waived = "https://w3id.org/xapi/adl/verbs/waived"

    package func matches(verb: String, activity: String) -> Bool {
        verbs.contains(verb) && verb != Self.waived && activity.utf8.starts(with: activityPrefix.utf8)
    }

    /// - Throws: ``Problem``.
    init(_ value: JSONValue, at pointer: String) throws(Problem) {
        guard case .object(let members) = value else {
            throw Problem.illTyped(pointer, "expected an object, got \(value.kind)")
        }
        let names: Set<String> = ["verbs", "activity", "programme", "gap", "assignedBy", "expectation"]
        for member in members.members where !names.contains(member.name) {
            throw Problem.illTyped(
                JSONPointer.appending(member.name, to: pointer),
                "expected one of \(names.sorted().joined(separator: ", "))")
        }
        guard let prefix = members["activity"]?.string, !prefix.isEmpty else {
            throw Problem.illTyped("\(pointer)/activity", "expected the beginning of activities' identifiers")
        }
        activityPrefix = prefix
        verbs = try Self.verbs(members["verbs"], at: "\(pointer)/verbs")
        programme = try Self.origin(members["programme"], at: "\(pointer)/programme")
        gap = try Self.origin(members["gap"], at: "\(pointer)/gap")
        assignedBy = try Self.origin(members["assignedBy"], at: "\(pointer)/assignedBy")
        expectation = try Self.origin(members["expectation"], at: "\(pointer)/expectation")
        guard gap != nil || assignedBy != nil || expectation != nil else {
            throw Problem.illTyped(
                pointer, "expected gap, assignedBy or expectation: without one of them nothing is tied to the job")
        }
    }

    private static func verbs(_ value: JSONValue?, at pointer: String) throws(Problem) -> Set<String> {
        guard let value else { return completions }
        guard let array = value.array, !array.isEmpty else {
            throw Problem.illTyped(pointer, "expected an array of verbs' IRIs")
        }
        var verbs: Set<String> = []
        for (index, element) in array.enumerated() {
            guard let verb = element.string, verb.contains(":") else {
                throw Problem.illTyped("\(pointer)/\(index)", "expected an IRI")
            }
            guard verb != waived else {
                throw Problem.illTyped("\(pointer)/\(index)", "expected no waiver: it is not a completion")
            }
            verbs.insert(verb)
        }
        return verbs
    }

    private static func origin(_ value: JSONValue?, at pointer: String) throws(Problem) -> Origin? {
        guard let value else { return nil }
        guard let member = value.object?.members.first, value.object?.members.count == 1,
            let text = member.value.string
        else {
            throw Problem.illTyped(pointer, #"expected {"constant": "…"} or {"extension": "IRI"}"#)
        }
        switch member.name {
        case "constant":
            do { _ = try ProgrammeID(text) } catch {
                throw Problem.illTyped("\(pointer)/constant", "expected \(error.expected), got \(error.got)")
            }
            return .constant(text)
        case "extension" where text.contains(":"): return .contextExtension(text)
        case "extension": throw Problem.illTyped("\(pointer)/extension", "expected an IRI")
        default: throw Problem.illTyped(pointer, #"expected {"constant": "…"} or {"extension": "IRI"}"#)
        }
    }
}
