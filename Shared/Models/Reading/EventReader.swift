/// Judges CloudEvents against the catalogue.
///
/// Source: docs/events.md; CloudEvents 1.0, "Context Attributes" and "JSON Event Format".
package enum EventReader {
    /// Reads an event in structured form.
    ///
    /// - Throws: ``Problem``: where the envelope is broken, its first fault; else the first member of the content, in
    ///   the catalogue's order, that is missing or ill-typed.
    package static func read(
        _ structured: JSONValue, minimising minimisation: Minimisation = .standard
    ) throws(Problem) -> ValidatedEvent {
        let envelope = try Envelope(structured)
        guard let time = envelope.time else {
            throw Problem(
                pointer: "/time", title: "Required attribute missing",
                detail: "expected the time of the fact, got none",
                kind: .content)
        }
        guard let type = EventType(rawValue: envelope.type), UTF8Order.equal(type.rawValue, envelope.type) else {
            throw Problem(
                pointer: "/type", title: "Unknown type",
                detail: "expected a type of the catalogue, got \(JSONProblem.excerpt(envelope.type))", kind: .content)
        }
        let data = minimisation.rules(for: envelope.identity.source).minimise(try envelope.data())
        let event = try event(
            identity: envelope.identity, time: time, subject: envelope.subject, type: type, data: data)
        return ValidatedEvent(event: event, data: .object(data), attributes: envelope.attributes)
    }

    /// Rebuilds an event from the log's columns.
    ///
    /// - Throws: ``Problem`` where the columns hold no event of the catalogue; none that Onus accepted does.
    package static func event(
        identity: EventIdentity, time: Instant, subject: String?, type: EventType, data: JSONValue
    ) throws(Problem) -> Event {
        guard case .object(let members) = data else {
            throw Problem.illTyped("/data", "expected an object, got \(data.kind)")
        }
        return try event(identity: identity, time: time, subject: subject, type: type, data: members)
    }

    private static func event(
        identity: EventIdentity, time: Instant, subject: String?, type: EventType, data: JSONObject
    ) throws(Problem) -> Event {
        let payload = try Payload(type, reading: MemberReader(object: data, pointer: "/data"))
        if let subject { try check(subject: subject, against: data) }
        return Event(identity: identity, time: time, subject: subject, payload: payload)
    }

    /// The subject equals one of the person, the gap and the role that `data` names, if it names any.
    private static func check(subject: String, against data: JSONObject) throws(Problem) {
        var namesAny = false
        for name in ["person", "gap", "role"] {
            guard case .string(let value)? = data[name] else { continue }
            if UTF8Order.equal(value, subject) { return }
            namesAny = true
        }
        guard !namesAny else {
            throw Problem(
                pointer: "/subject", title: "Subject differs from data",
                detail: "expected the subject to equal the person, gap or role of data", kind: .content)
        }
    }
}
