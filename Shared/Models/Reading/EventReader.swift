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
        let (event, attributes, data) = try judge(structured, minimising: minimisation)
        return ValidatedEvent(
            event: event, data: .object(data),
            attributes: JSONObject(uniqueMembers: attributes.map { JSONObject.Member(name: $0.name, value: $0.value) }))
    }

    /// Reads an event in structured form straight from its bytes, without a tree of it.
    ///
    /// - Returns: nil for what is refused, and for some of what is not: whatever asks for more than to be looked at, such
    ///   as a name to minimise. ``read(_:minimising:)`` then judges what ``JSONParser`` makes of the same bytes.
    package static func readCompact(
        _ bytes: UnsafeBufferPointer<UInt8>, minimising minimisation: Minimisation = .standard
    ) -> CompactEvent? {
        JSONTokenizer.read(bytes) { structured in
            // What is wrong is said by the other way.
            guard let (event, attributes, data) = try? judge(structured, minimising: minimisation) else { return nil }
            return CompactEvent(event, data: data.utf8, attributes: JSONTokenValue.object(attributes))
        }
    }

    static func judge<Source: ReadableValue>(
        _ structured: Source, minimising minimisation: Minimisation
    ) throws(Problem) -> (event: Event, attributes: [(name: String, value: Source)], data: Source.Members) {
        let envelope = try Envelope(structured)
        guard let time = envelope.time else {
            throw Problem(
                pointer: "/time", title: "Required attribute missing",
                detail: "expected the time of the fact, got none",
                kind: .content)
        }
        guard let type = envelope.type.withUTF8({ EventType(utf8: $0) }) ?? nil else {
            throw Problem(
                pointer: "/type", title: "Unknown type",
                detail: "expected a type of the catalogue",
                quoting: JSONProblem.excerpt(envelope.type.string ?? ""), kind: .content)
        }
        let data = try envelope.data().minimised(by: minimisation.rules(for: envelope.identity.source))
        let event: Event = try event(
            Source.self, identity: envelope.identity, time: time, subject: envelope.subject, type: type, data: data)
        return (event, envelope.attributes, data)
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
        return try event(
            JSONValue.self, identity: identity, time: time, subject: subject, type: type, data: members)
    }

    private static func event<Source: ReadableValue>(
        _: Source.Type, identity: EventIdentity, time: Instant, subject: String?, type: EventType, data: Source.Members
    ) throws(Problem) -> Event {
        let payload = try Payload(type, reading: MemberReader<Source>(data, at: "/data"))
        if let subject { try check(subject: subject, against: data) }
        return Event(identity: identity, time: time, subject: subject, payload: payload)
    }

    /// The subject equals one of the person, the gap and the role that `data` names, if it names any.
    private static func check(subject: String, against data: some ReadableMembers) throws(Problem) {
        var namesAny = false
        for name in ["person", "gap", "role"] {
            guard let value = data[name]?.string else { continue }
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
