import Crypto
import Models
import Postgres

/// What a statement can be found by, as the table keeps it: the first 16 bytes of SHA-256 over organisation, bringer, kind
/// and text. No name or address stands in an index.
struct XAPIKey: Hashable, Sendable {
    enum Kind: String, Sendable {
        case agent, relatedAgent, verb, activity, relatedActivity, registration
    }

    let kind: Kind
    let text: String

    /// - Parameter bringer: The name of the token that brought the statement.
    func value(_ organization: OrganizationID, bringer: String) -> UUIDBytes {
        let digest = SHA256.hash(data: Array("\(organization)\n\(bringer)\n\(kind.rawValue)\n\(text)".utf8))
        return UUIDBytes(Array(digest.prefix(16))) ?? UUIDBytes(high: 0, low: 0)
    }
}

extension XAPIStatement {
    /// Everything that the filters of a list may ask for.
    var keys: Set<XAPIKey> {
        var keys: Set<XAPIKey> = [XAPIKey(kind: .verb, text: parts.verb)]
        if let registration = parts.context.registration {
            keys.insert(XAPIKey(kind: .registration, text: "\(registration)"))
        }
        for actor in parts.actors { keys.insert(XAPIKey(kind: .agent, text: actor.text)) }
        if case .activity(let activity) = parts.object { keys.insert(XAPIKey(kind: .activity, text: activity.id)) }
        var all = [parts]
        if case .subStatement(let inner) = parts.object { all.append(inner) }
        for part in all {
            let actors = part.actors + part.context.actors.flatMap(\.everybody)
            for actor in actors { keys.insert(XAPIKey(kind: .relatedAgent, text: actor.text)) }
            for activity in part.context.activities {
                keys.insert(XAPIKey(kind: .relatedActivity, text: activity.id))
            }
            if case .activity(let activity) = part.object {
                keys.insert(XAPIKey(kind: .relatedActivity, text: activity.id))
            }
        }
        return keys
    }
}

extension XAPIParts {
    /// The actor, and the object where it is one, with the members of groups.
    fileprivate var actors: [XAPIActor.Identifier] {
        guard case .actor(let object) = object else { return actor.everybody }
        return actor.everybody + object.everybody
    }
}
