import Models

/// What an organisation removes from the events of SCIM, removed from SCIM's resources.
extension MinimisationRules {
    /// `document` without what the rules name, in the catalogue's words and in SCIM's.
    func minimised(user document: JSONObject) -> JSONObject {
        MinimisationRules(names: names.union(names.compactMap { SCIMUser.words[$0] })).minimise(document)
    }

    /// Whether the unit by an account's groups is neither kept nor told.
    var removesUnits: Bool { names.contains("unit") }

    /// - Throws: ``SCIMError`` 403 where the rules remove what a group is: its name, which is a unit's.
    func minimised(group document: JSONObject) throws(SCIMError) -> JSONObject {
        let kept = minimise(document)
        guard !removesUnits, kept["displayName"] != nil else {
            throw SCIMError(
                status: 403,
                detail: "displayName: the organisation minimises it, and a group is nothing but a unit; "
                    + "provision users without groups, or change the list by `onus minimisation`")
        }
        return kept
    }
}
