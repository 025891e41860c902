import Models

extension IgnoreRule {
    static func list(_ place: YAMLPlace, _ context: ReadingContext) -> [IgnoreRule] {
        (place.elements ?? []).compactMap { element in
            guard let (condition, reason) = element.reasoned(context) else { return nil }
            return IgnoreRule(condition: condition, reason: reason)
        }
    }
}

extension ThinRule {
    static func list(_ place: YAMLPlace, _ context: ReadingContext) -> [ThinRule] {
        (place.elements ?? []).compactMap { element in
            guard let (condition, reason) = element.reasoned(context) else { return nil }
            return ThinRule(condition: condition, reason: reason)
        }
    }
}

extension YAMLPlace {
    /// A condition and why it matters.
    fileprivate func reasoned(_ context: ReadingContext) -> (Condition, String)? {
        guard let section else { return nil }
        section.allow("when", "because")
        let condition = section.required("when")?.condition(context)
        let reason = section.required("because")?.text
        guard let condition, let reason else { return nil }
        return (condition, reason)
    }
}

extension EventRule {
    /// - Parameter isPushed: Whether calls are translated by them. A call may come late, or again: what it shows is not how
    ///   things stand.
    static func list(_ place: YAMLPlace, _ context: ReadingContext, isPushed: Bool) -> [EventRule] {
        (place.elements ?? []).compactMap { element in
            if isPushed, element.hasMember("stateOf") {
                element.section?.member("stateOf")?.fault(
                    "expected in a poll's own rules: a call that comes late or again doesn't show how things stand")
            }
            return read(element, context)
        }
    }

    private static func read(_ place: YAMLPlace, _ context: ReadingContext) -> EventRule? {
        guard let section = place.section else { return nil }
        section.allow("when", "each", "type", "id", "stateOf", "time", "subject", "data")
        let condition = section.member("when").map { $0.condition(context) } ?? Condition(tests: [])
        let each = section.member("each")?.template(context)
        let typePlace = section.required("type")
        let type = typePlace?.text.flatMap { EventType(rawValue: $0) }
        if let typePlace, type == nil { typePlace.fault("expected a type of the catalogue, docs/events.md") }
        let id = section.required("id")?.template(context)
        if case .constant? = id { section.member("id")?.fault("expected an expression: an identity for each event") }
        let stateOf = stateOf(section.member("stateOf"), type, context)
        let time = section.required("time")?.template(context)
        let subject = section.member("subject")?.template(context)
        let dataPlace = section.required("data")
        if let dataPlace, !dataPlace.isMapping { dataPlace.fault("expected a mapping of names to values") }
        let data = dataPlace?.template(context)
        guard let condition, let type, let id, let time, let data else { return nil }
        return EventRule(
            condition: condition, each: each, type: type, id: id, stateOf: stateOf, time: time, subject: subject,
            data: data,
            path: place.path)
    }

    private static func stateOf(_ place: YAMLPlace?, _ type: EventType?, _ context: ReadingContext) -> Template? {
        guard let place else { return nil }
        let template = place.template(context)
        switch template {
        case .expression: break
        case nil: return nil
        default: place.fault("expected an expression: what the id names a state of")
        }
        if type == .learningRecorded || type == .trainingCompleted {
            place.fault("expected another type: nothing is kept of how somebody's learning stands")
        }
        return template
    }
}
