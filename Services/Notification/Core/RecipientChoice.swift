package import Models

/// Who receives a notice that scoring addressed to somebody: that person while they are here, else the next active
/// leader above, at the top the HR contact.
///
/// Source: `nudges.md`, delivery rules.
package struct RecipientChoice: Sendable {
    private let directory: [PersonID: DirectoryEntry]
    private let hrContact: PersonID?

    /// - Parameter directory: Everybody whom the chains above the addressees may lead through.
    package init(directory: [PersonID: DirectoryEntry], hrContact: PersonID?) {
        self.directory = directory
        self.hrContact = hrContact
    }

    /// - Returns: The person who gets the notice. An addressee whom the directory doesn't know keeps it (a contact
    ///   need not be an employee), and so does one who left where nobody above is active and no HR contact is set:
    ///   an inbox that may be read beats a notice that is dropped.
    package func recipient(for addressee: PersonID) -> PersonID {
        guard let entry = directory[addressee], !entry.isActive, addressee != hrContact else { return addressee }
        var visited: Set<PersonID> = [addressee]
        var above = entry.manager
        // A circle of managers ends at the HR contact too.
        while let person = above, visited.insert(person).inserted {
            guard let leader = directory[person] else { break }
            if leader.isActive { return person }
            above = leader.manager
        }
        return hrContact ?? addressee
    }
}
