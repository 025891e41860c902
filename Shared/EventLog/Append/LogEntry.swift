package import Models
package import Postgres

/// An event made ready for the log's columns.
package struct LogEntry: Sendable {
    package let event: Event
    /// The hash of its identity.
    package let hash: UUIDBytes
    /// `data` as compact JSON.
    let data: String
    /// The envelope's other attributes as compact JSON; `nil` where there are none.
    let attributes: String?

    package init(_ validated: ValidatedEvent) {
        event = validated.event
        hash = validated.identity.hash
        data = validated.data.serialized
        attributes = validated.attributes.isEmpty ? nil : JSONValue.object(validated.attributes).serialized
    }

    /// About how many bytes it takes on its way to the database.
    package var size: Int {
        data.utf8.count + (attributes?.utf8.count ?? 0) + (event.subject?.utf8.count ?? 0)
            + event.identity.source.utf8.count + event.identity.id.utf8.count + 64
    }

    /// Whose learning it is, where it belongs behind the privacy wall.
    var learning: Learning? {
        switch event.payload {
        case .learningRecorded(let data):
            Learning(person: data.person, title: data.title, provider: data.provider, url: data.url)
        case .trainingCompleted(let data) where !data.isTiedToJob:
            Learning(person: data.person, title: data.programme.rawValue, provider: nil, url: nil)
        default: nil
        }
    }

    struct Learning {
        let person: PersonID
        let title: String
        let provider: String?
        let url: String?
    }
}
