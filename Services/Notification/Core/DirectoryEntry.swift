package import Models

/// What notification knows of a person today: where mail reaches them, when, and who is above them.
package struct DirectoryEntry: Hashable, Sendable {
    package let person: PersonID
    /// `nil` where the organisation never sent one.
    package let name: String?
    package let email: String?
    /// An IANA name as it was sent; it may be unknown to this machine.
    package let timeZone: String?
    package let isActive: Bool
    /// Today's manager; of somebody who has left, the last one.
    package let manager: PersonID?

    package init(
        person: PersonID, name: String?, email: String?, timeZone: String?, isActive: Bool, manager: PersonID?
    ) {
        self.person = person
        self.name = name
        self.email = email
        self.timeZone = timeZone
        self.isActive = isActive
        self.manager = manager
    }
}
