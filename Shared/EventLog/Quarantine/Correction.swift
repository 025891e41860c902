package import Models

/// A corrected event, fit to be kept in the quarantine: minimised, of the same identity, nobody's personal learning.
package struct Correction: Hashable, Sendable {
    /// The longest, in bytes: as events come.
    package static let limit = 256 << 10

    /// Compact JSON in structured form.
    package let text: String
    /// Why the catalogue refuses it still; `nil` where it would be stored.
    package let problem: Problem?

    /// - Parameters:
    ///   - structured: The event as it is to be stored.
    ///   - original: The row that it corrects.
    ///   - rules: The organisation's minimisation rules.
    /// - Throws: ``Problem`` where it can't take the place of `original`.
    package init(
        _ structured: JSONValue, of original: QuarantinedEvent, minimising rules: Minimisation
    ) throws(Problem) {
        guard case .object(let members) = structured else {
            throw Problem.correction("", "expected an event as an object, got \(structured.kind)")
        }
        // Whoever corrects what an event says does not change which event it is: its sender would send it again.
        for (name, value) in [("source", original.source), ("id", original.eventID)] {
            guard let value, !value.hasSuffix("…") else { continue }
            guard case .string(let given)? = members[name], UTF8Order.equal(given, value) else {
                throw Problem.correction("/\(name)", "expected the identity to stay: \(JSONProblem.excerpt(value))")
            }
        }
        guard members["data_base64"] == nil else {
            throw Problem.correction("/data_base64", "expected data as JSON")
        }
        guard !PersonalLearning.isSuspected(members) else {
            throw Problem.correction(
                "/type",
                "expected an event of the job; personal learning is kept for nobody but the learner, so its "
                    + "source has to send it again")
        }
        text = rules.rules(for: members["source"]?.string).minimise(structured).serialized
        guard text.utf8.count <= Self.limit else {
            throw Problem.correction("", "expected at most \(Self.limit) bytes, got \(text.utf8.count)")
        }
        do {
            _ = try Self.read(text, minimising: rules)
            problem = nil
        } catch {
            problem = error
        }
    }

    /// Judges a text of the quarantine.
    package static func read(_ text: String, minimising rules: Minimisation) throws(Problem) -> ValidatedEvent {
        let structured: JSONValue
        do {
            structured = try JSONParser.parse(Array(text.utf8))
        } catch {
            throw error.asEventProblem
        }
        return try EventReader.read(structured, minimising: rules)
    }
}

extension ValidatedEvent {
    /// The event with an extension attribute that says who corrected it: whoever contests it can see that it is not as its
    /// source sent it.
    func corrected(by settler: String?) -> ValidatedEvent {
        var attributes = attributes
        attributes.set("correctedby", .string(settler ?? "unknown"))
        return ValidatedEvent(event: event, data: data, attributes: attributes)
    }
}

extension Problem {
    /// The refusal of an event that the database does not take.
    package static let notStorable = Problem(
        pointer: "", title: "Event not storable", detail: "the database refuses what this event holds", kind: .content)

    fileprivate static func correction(_ pointer: String, _ detail: String) -> Problem {
        Problem(pointer: pointer, title: "No correction of this event", detail: detail, kind: .content)
    }
}
