import Models

/// An Agent or a Group: who did it.
///
/// Source: xAPI 1.0.3, part 2, section 2.4.2.
struct XAPIActor: Sendable {
    /// By what it is known; `nil` for an anonymous Group.
    let identifier: Identifier?
    let isGroup: Bool
    let members: [XAPIActor]

    enum Identifier: Hashable, Sendable {
        case mbox(String)
        case mboxSHA1(String)
        case openID(String)
        case account(homePage: String, name: String)

        /// One text for each identifier.
        var text: String {
            switch self {
            case .mbox(let mbox): "mbox \(mbox)"
            case .mboxSHA1(let sum): "mbox_sha1sum \(sum.lowercased())"
            case .openID(let iri): "openid \(iri)"
            case .account(let homePage, let name): "account \(homePage) \(name)"
            }
        }
    }

    private static let identifiers = ["mbox", "mbox_sha1sum", "openid", "account"]

    init(_ value: JSONValue, at pointer: String, allowsGroup: Bool = true) throws(Problem) {
        let reader = try XAPIReader(
            value, at: pointer, knowing: Set(Self.identifiers + ["objectType", "name", "member"]))
        let type = try reader.string("objectType") ?? "Agent"
        guard type == "Agent" || (type == "Group" && allowsGroup) else {
            throw .statement(reader.place("objectType"), "expected Agent\(allowsGroup ? " or Group" : "")")
        }
        isGroup = type == "Group"
        _ = try reader.string("name")
        identifier = try Self.identifier(reader)
        var members: [XAPIActor] = []
        if let given = try reader.array("member") {
            guard isGroup else { throw .statement(reader.place("member"), "expected no members of an Agent") }
            for (index, member) in given.enumerated() {
                members.append(
                    try XAPIActor(
                        member, at: JSONPointer.appending(index, to: reader.place("member")), allowsGroup: false))
            }
        }
        self.members = members
        guard identifier != nil || isGroup else {
            throw .statement(pointer, "expected one of \(Self.identifiers.joined(separator: ", ")), got none")
        }
        guard identifier != nil || !members.isEmpty else {
            throw .statement(reader.place("member"), "expected the members of an anonymous Group")
        }
    }

    /// Who says what a statement says: an Agent, or of OAuth with three parties an anonymous Group of two.
    ///
    /// Source: xAPI 1.0.3, part 2, section 2.4.9.
    static func checkAuthority(_ value: JSONValue, at pointer: String) throws(Problem) {
        let authority = try XAPIActor(value, at: pointer)
        guard !authority.isGroup || (authority.identifier == nil && authority.members.count == 2) else {
            throw .statement(pointer, "expected an Agent, or an anonymous Group of two Agents")
        }
    }

    private static func identifier(_ reader: XAPIReader) throws(Problem) -> Identifier? {
        let given = identifiers.filter { reader[$0] != nil }
        guard let name = given.first else { return nil }
        guard given.count == 1 else {
            throw .statement(reader.pointer, "expected one of \(identifiers.joined(separator: ", ")), got several")
        }
        switch name {
        case "mbox":
            let mbox = try reader.requiredIRI(name)
            let parts = mbox.dropFirst("mailto:".count).split(separator: "@", omittingEmptySubsequences: false)
            guard mbox.hasPrefix("mailto:"), parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else {
                throw .statement(reader.place(name), "expected mailto: and an address")
            }
            return .mbox(mbox)
        case "mbox_sha1sum":
            let sum = try reader.string(name) ?? ""
            guard XAPIText.isSHA1(sum) else {
                throw .statement(reader.place(name), "expected the 40 hexadecimal digits of a SHA-1")
            }
            return .mboxSHA1(sum)
        case "openid": return .openID(try reader.requiredIRI(name))
        default:
            let account = try XAPIReader(
                try reader.required(name), at: reader.place(name), knowing: ["homePage", "name"])
            let homePage = try account.requiredIRI("homePage")
            _ = try account.required("name")
            return .account(homePage: homePage, name: try account.string("name") ?? "")
        }
    }

    /// The person in Onus: the account's name, or the mail address. `nil` for groups, and for identifiers that can't be
    /// turned back into somebody.
    var person: PersonID? {
        guard !isGroup, let identifier else { return nil }
        let text: String
        switch identifier {
        case .account(_, let name): text = name
        case .mbox(let mbox): text = String(mbox.dropFirst("mailto:".count))
        case .mboxSHA1, .openID: return nil
        }
        // What is no identifier is nobody's.
        return try? PersonID(text)
    }

    /// Itself and its members, by what they are known.
    var everybody: [Identifier] { ([identifier] + members.map(\.identifier)).compactMap(\.self) }
}
