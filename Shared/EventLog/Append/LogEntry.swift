import Crypto
package import Models
package import Postgres

/// An event made ready for the log's columns, and nothing more of it: parsed, it may take many times its bytes.
///
/// A class, as it passes through several lists on its way: a copy of a structure would retain each of its parts.
package final class LogEntry: Sendable {
    let identity: EventIdentity
    let type: EventType
    let time: Instant
    let subject: String?
    /// The hash of its identity.
    package let hash: UUIDBytes
    /// `data` as compact JSON, in UTF-8.
    let data: [UInt8]
    /// The envelope's other attributes as compact JSON, in UTF-8; `nil` where there are none.
    let attributes: [UInt8]?
    /// Whose learning it is, where it belongs behind the privacy wall.
    let learning: Learning?

    package init(_ validated: ValidatedEvent) {
        identity = validated.identity
        type = validated.type
        time = validated.time
        subject = validated.subject
        hash = validated.identity.hash
        data = validated.data.utf8
        attributes = validated.attributes.isEmpty ? nil : JSONValue.object(validated.attributes).utf8
        learning = Learning(validated.event.payload)
    }

    package init(_ compact: consuming CompactEvent) {
        identity = compact.identity
        type = compact.type
        time = compact.time
        subject = compact.subject
        hash = compact.identity.hash
        data = compact.data
        attributes = compact.attributes
        learning = compact.personalLearning.flatMap { Learning($0) }
    }

    /// The event of a state that has come back: it has the number of the change behind its identity.
    init(_ first: LogEntry, change: Int) {
        identity = first.identity.numbered(change)
        type = first.type
        time = first.time
        subject = first.subject
        hash = identity.hash
        data = first.data
        attributes = first.attributes
        learning = first.learning
    }

    /// About how many bytes it takes on its way to the database.
    package var size: Int {
        data.count + (attributes?.count ?? 0) + (subject?.utf8.count ?? 0) + identity.source.utf8.count
            + identity.id.utf8.count + 64
    }

    /// SHA-256 of its data, by which the quarantine tells one refused event from another.
    package var digest: [UInt8] { Array(SHA256.hash(data: data)) }

    struct Learning {
        let person: PersonID
        let title: String
        let provider: String?
        let url: String?

        /// Nil where it is not personal.
        init?(_ payload: Payload) {
            switch payload {
            case .learningRecorded(let data):
                (person, title, provider, url) = (data.person, data.title, data.provider, data.url)
            case .trainingCompleted(let data) where !data.isTiedToJob:
                (person, title, provider, url) = (data.person, data.programme.rawValue, nil, nil)
            default: return nil
            }
        }
    }
}
