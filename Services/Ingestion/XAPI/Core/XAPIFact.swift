import Models
import Postgres

/// What a statement is to Onus: a fact of the job where the organisation's mapping says so, else the learner's own.
struct XAPIFact: Sendable {
    static let source = "/xapi"

    private let payload: Payload
    private let data: JSONValue

    private init(_ payload: Payload, data: JSONValue? = nil) {
        self.payload = payload
        self.data = data ?? payload.json
    }

    /// - Returns: `nil` where the statement is about nobody in particular, or voids another.
    /// - Throws: ``Problem`` where a rule ties the statement to the job and a value that it names is no identifier.
    static func of(_ statement: XAPIStatement, _ mapping: StatementMapping) throws(Problem) -> XAPIFact? {
        guard statement.voids == nil, let person = statement.parts.actor.person else { return nil }
        if let training = try training(statement, person, mapping) { return XAPIFact(.trainingCompleted(training)) }
        let learning = LearningRecorded(
            person: person, title: title(statement), provider: provider(statement), url: url(statement))
        guard case .object(var data) = Payload.learningRecorded(learning).json else { return nil }
        data.append("verb", .string(statement.parts.verb))
        return XAPIFact(.learningRecorded(learning), data: .object(data))
    }

    /// Voiding takes back what the voided statement has become.
    static func retraction(of target: UUIDBytes) -> XAPIFact {
        XAPIFact(.eventRetracted(EventRetracted(event: identity(target), reason: "voided by its LMS")))
    }

    static func identity(_ id: UUIDBytes) -> EventIdentity { EventIdentity(source: source, id: "\(id)") }

    /// Whether it belongs to the job, and not to its learner.
    var isJob: Bool { !payload.isPersonalLearning }

    /// - Parameter stored: When a statement happened that does not say it.
    func event(of statement: XAPIStatement, stored: Instant) -> ValidatedEvent {
        let event = Event(
            identity: Self.identity(statement.id), time: statement.time ?? stored, payload: payload)
        return ValidatedEvent(event: event, data: data)
    }

    /// A completion that a rule matches, where what the rule names ties it to the job.
    private static func training(
        _ statement: XAPIStatement, _ person: PersonID, _ mapping: StatementMapping
    ) throws(Problem) -> TrainingCompleted? {
        guard case .activity(let activity) = statement.parts.object,
            statement.document["result"]?["completion"] != false
        else { return nil }
        let extensions = statement.parts.context.extensions
        for rule in mapping.rules where rule.matches(verb: statement.parts.verb, activity: activity.id) {
            func read<Kind>(_ origin: StatementRule.Origin?) throws(Problem) -> Identifier<Kind>? {
                guard let origin else { return nil }
                return try identifier(origin, extensions, statement.pointer)
            }
            var programme: ProgrammeID? = try read(rule.programme)
            if programme == nil {
                programme = try identifier(.constant(activity.id), extensions, statement.pointer + "/object/id")
            }
            guard let programme else { continue }
            let training = TrainingCompleted(
                person: person, programme: programme, gap: try read(rule.gap), assignedBy: try read(rule.assignedBy),
                expectation: try read(rule.expectation))
            if training.isTiedToJob { return training }
        }
        return nil
    }

    private static func identifier<Kind>(
        _ origin: StatementRule.Origin, _ extensions: JSONObject, _ pointer: String
    ) throws(Problem) -> Identifier<Kind>? {
        let value: JSONValue
        let place: String
        switch origin {
        case .constant(let text): (value, place) = (.string(text), pointer)
        case .contextExtension(let name):
            guard let found = extensions[name] else { return nil }
            (value, place) = (found, JSONPointer.appending(name, to: pointer + "/context/extensions"))
        }
        // Whatever is wrong with it, the answer says what is expected.
        guard let text = value.string, let identifier = try? Identifier<Kind>(text) else {
            throw .statement(
                place, "expected a string of 1 to \(Identifier<Kind>.limit) characters: the mapping ties it to the job")
        }
        return identifier
    }

    // MARK: What the learner sees

    private static func title(_ statement: XAPIStatement) -> String {
        switch statement.parts.object {
        case .activity(let activity): activity.name ?? activity.id
        case .actor, .statement, .subStatement:
            statement.document["verb"]?["display"]?.object?.members.first?.value.string ?? statement.parts.verb
        }
    }

    private static func provider(_ statement: XAPIStatement) -> String? {
        if let platform = statement.parts.context.platform, !platform.isEmpty { return platform }
        guard case .account(let homePage, _) = statement.parts.actor.identifier else { return nil }
        return homePage
    }

    private static func url(_ statement: XAPIStatement) -> String? {
        guard case .activity(let activity) = statement.parts.object,
            ["https://", "http://"].contains(where: activity.id.hasPrefix)
        else { return nil }
        return activity.id
    }
}
