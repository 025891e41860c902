/// Interest-driven learning. It belongs to the learner and is never scored.
///
/// Source: `data` of `onus.learning.recorded` (docs/events.md).
package struct LearningRecorded: Hashable, Sendable {
    /// Whose learning it is.
    package var person: PersonID
    /// What was learnt.
    package var title: String
    /// Where.
    package var provider: String?
    /// Its address.
    package var url: String?

    package init(person: PersonID, title: String, provider: String? = nil, url: String? = nil) {
        self.person = person
        self.title = title
        self.provider = provider
        self.url = url
    }
}

extension LearningRecorded: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        person = try reader.identifier("person")
        title = try reader.string("title")
        provider = try reader.optionalString("provider")
        url = try reader.optionalString("url")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("person", .string(person.rawValue))
        members.append("title", .string(title))
        if let provider { members.append("provider", .string(provider)) }
        if let url { members.append("url", .string(url)) }
        return members
    }
}
