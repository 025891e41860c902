import Models
import Notification
import Testing

@Suite struct RecipientChoiceTests {
    private func person(_ name: String) -> PersonID { PersonID(unchecked: name) }

    private func choice(_ people: [(String, Bool, String?)], hr: String? = "hr") -> RecipientChoice {
        let entries = people.map { name, active, manager in
            DirectoryEntry(
                person: person(name), name: nil, email: nil, timeZone: nil, isActive: active,
                manager: manager.map(person))
        }
        return RecipientChoice(
            directory: Dictionary(uniqueKeysWithValues: entries.map { ($0.person, $0) }), hrContact: hr.map(person))
    }

    @Test func `somebody who is here gets their own notice`() {
        #expect(choice([("ana", true, "bo")]).recipient(for: person("ana")) == person("ana"))
    }

    @Test func `somebody who left is replaced by the next active leader above`() {
        let choice = choice([("ana", false, "bo"), ("bo", false, "cy"), ("cy", true, nil)])
        #expect(choice.recipient(for: person("ana")) == person("cy"))
    }

    @Test(
        arguments: [
            [("ana", false, nil)], [("ana", false, "bo"), ("bo", false, "ana")], [("ana", false, "nobody")],
            [("ana", false, "ana")],
        ] as [[(String, Bool, String?)]])
    func `at the top, in a circle and at an unknown manager the HR contact takes over`(
        people: [(String, Bool, String?)]
    ) {
        #expect(choice(people).recipient(for: person("ana")) == person("hr"))
    }

    @Test func `without an HR contact the notice stays where it was addressed`() {
        #expect(choice([("ana", false, nil)], hr: nil).recipient(for: person("ana")) == person("ana"))
    }

    @Test func `a contact need not be an employee`() {
        #expect(choice([]).recipient(for: person("l-and-d@example.com")) == person("l-and-d@example.com"))
        #expect(choice([("hr", false, "bo")]).recipient(for: person("hr")) == person("hr"))
    }
}
