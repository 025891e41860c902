import Models

/// A mapping of a known set of names. What is not asked for is a fault: a misspelt rule may not go unnoticed.
struct YAMLSection {
    let place: YAMLPlace
    private let members: [(name: String, place: YAMLPlace)]

    init(place: YAMLPlace, members: [(name: String, place: YAMLPlace)]) {
        self.place = place
        self.members = members
    }

    func member(_ name: String) -> YAMLPlace? {
        members.first { $0.name == name }?.place
    }

    /// A member, or a fault.
    func required(_ name: String) -> YAMLPlace? {
        guard let member = member(name) else {
            place.fault("expected the member \(name)")
            return nil
        }
        return member
    }

    /// Reports every other name.
    func allow(_ names: String...) {
        for member in members where !names.contains(member.name) {
            member.place.fault("expected one of \(names.joined(separator: ", ")), got another name")
        }
    }
}
