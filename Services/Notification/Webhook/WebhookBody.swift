package import Models

/// The JSON that a webhook carries for a notice: `{"type", "timestamp", "data"}`.
///
/// It is made of the notice's own, unchanging columns, so every attempt carries the same octets.
package enum WebhookBody {
    /// - Parameter link: The console's absolute address of the notice.
    package static func octets(of notice: DueNotice, recipient: PersonID, link: String) -> [UInt8] {
        var data = JSONObject()
        data.append("notice", .string(String(notice.id)))
        data.append("kind", .string(notice.kind.rawValue))
        data.append("recipient", .string(recipient.rawValue))
        data.append("day", .string(notice.day.description))
        if let person = notice.person { data.append("person", .string(person.rawValue)) }
        data.append("reason", .string(notice.reason))
        data.append("nextStep", .string(notice.nextStep))
        data.append("link", .string(link))
        // A receiver that needs more of a long list follows the link: calls stay under 20 kB.
        data.append("evidence", .array(notice.evidence.prefix(5).map(\.json)))
        let body: JSONValue = [
            "type": .string("onus.notice.\(notice.kind.rawValue)"), "timestamp": .string(notice.created.description),
            "data": .object(data),
        ]
        return Array(body.serialized.utf8)
    }
}
