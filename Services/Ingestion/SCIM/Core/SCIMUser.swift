import Models

/// A User as Onus understands it.
struct SCIMUser: Sendable {
    /// `externalId`, else `userName`: the contract's rule.
    let person: PersonID
    let userName: String
    let isActive: Bool
    /// What the client names as the manager: a User's id, or whatever it takes for one.
    let managerReference: String?
    let department: String?
    let addresses: [String]
    private let role: RoleID?
    private let name: String?
    private let email: String?
    private let timeZone: String?
    private let locale: String?

    /// - Parameter document: As ``SCIMResourceType/user`` finishes it.
    /// - Throws: ``SCIMError`` `invalidValue` where an identifier is none.
    init(_ document: JSONObject) throws(SCIMError) {
        func text(_ name: String) -> String? { document[name]?.string }
        userName = text("userName") ?? ""
        let externalID = text("externalId")
        person = try Self.identifier(externalID ?? userName, externalID == nil ? "userName" : "externalId")
        role = try text("title").map { title throws(SCIMError) in try Self.identifier(title, "title") }
        isActive = document["active"]?.bool ?? true
        let enterprise = document[SCIMSchema.enterprise.id]
        managerReference = enterprise?["manager"]?["value"]?.string
        department = enterprise?["department"]?.string
        name = text("displayName") ?? Self.name(document["name"])
        let emails = document["emails"]?.array ?? []
        addresses = emails.compactMap { $0["value"]?.string }
        let chosen =
            emails.first { $0["primary"] == true }
            ?? emails.first { $0["type"]?.string.map { SCIMText.same($0, "work") } ?? false } ?? emails.first
        email = chosen?["value"]?.string
        timeZone = text("timezone")
        locale = text("locale")
    }

    /// - Parameters:
    ///   - manager: The person that ``managerReference`` stands for.
    ///   - group: The unit where there is no ``department``.
    func assignment(manager: PersonID?, group: String?, from day: Day) -> PersonUpdated {
        PersonUpdated(
            person: person, effectiveFrom: day, active: isActive, manager: manager, role: role,
            unit: department ?? group, name: name, email: email, timeZone: timeZone, locale: locale)
    }

    /// Where a document has what becomes a member of ``assignment(manager:group:from:)`` under another name, of those that
    /// may be minimised.
    static let words = ["unit": "department", "email": "emails", "timeZone": "timezone"]

    private static func name(_ name: JSONValue?) -> String? {
        if let formatted = name?["formatted"]?.string { return formatted }
        let parts = [name?["givenName"]?.string, name?["familyName"]?.string].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private static func identifier<Kind>(_ text: String, _ name: String) throws(SCIMError) -> Identifier<Kind> {
        do {
            return try Identifier(text)
        } catch {
            throw .bad(.invalidValue, "\(name): expected \(error.expected), got \(error.got)")
        }
    }
}
