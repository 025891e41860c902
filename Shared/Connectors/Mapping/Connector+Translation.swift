package import Models

extension Connector {
    /// What a payload says, item by item, in order. No item is left out: what no rule is for is refused. An item of which a part
    /// can't be told comes twice: with the events that it makes, and refused.
    package func translate(
        _ payload: JSONValue, by rules: RuleSet, call: Scope.Call
    ) -> [TranslatedItem] {
        guard let steps = rules.items else { return item(payload, 0, nil, of: payload, rules, call) }
        let pointer = steps.reduce("") { JSONPointer.appending($1, to: $0) }
        guard let items = payload.value(at: steps).array else {
            // A ping, or a vendor's other kind of call, may have another shape: the rules see it as the one item. Those that
            // are for whatever comes mean items alone.
            let whole = item(payload, 0, nil, of: payload, rules, call)
            switch whole.first?.outcome {
            case .ignored, .thin: return whole
            case .events where rules.events.allSatisfy { !$0.condition.tests.isEmpty }: return whole
            case .events, .refused, nil: break
            }
            let problem = Problem(
                pointer: pointer, title: "No items", detail: "expected an array, got \(payload.value(at: steps).kind)",
                kind: .content)
            return [
                TranslatedItem(
                    index: 0, pointer: "", value: payload, outcome: .refused(problem),
                    kept: rules.kept(of: payload, at: nil, in: payload), identity: nil)
            ]
        }
        return items.enumerated().flatMap { index, value in item(value, index, pointer, of: payload, rules, call) }
    }

    /// - Parameter items: Where the items stand; nil: the payload is the one item.
    /// - Returns: At least one; two where a part of it is refused.
    private func item(
        _ value: JSONValue, _ index: Int, _ items: String?, of payload: JSONValue, _ rules: RuleSet, _ call: Scope.Call
    ) -> [TranslatedItem] {
        let pointer = items.map { JSONPointer.appending(index, to: $0) } ?? ""
        let scope = scope(of: value, in: payload, call)
        func translated(_ outcome: TranslatedItem.Outcome, identity: String? = nil) -> TranslatedItem {
            let kept: JSONValue? =
                switch outcome {
                case .refused, .thin: rules.kept(of: value, at: items, in: payload)
                case .events, .ignored: nil
                }
            return TranslatedItem(
                index: index, pointer: pointer, value: value, outcome: outcome, kept: kept, identity: identity)
        }
        func refused(_ misfit: Misfit, alone: Bool = true, identity: String?) -> TranslatedItem {
            let more = alone ? "" : " (so are others of its elements)"
            let problem = Problem(
                pointer: pointer, title: "Mapping failed",
                detail: "connector \(name), \(misfit.path): \(misfit.detail)\(more)", kind: .content)
            return translated(.refused(problem), identity: identity)
        }
        do throws(Misfit) {
            let (outcome, odd) = try self.outcome(in: scope, pointer, rules)
            guard let first = odd.first else { return [translated(outcome)] }
            // An event that is written in the place of several would be in the place of none.
            let rest = refused(first.misfit, alone: odd.count == 1, identity: odd.count == 1 ? first.identity : nil)
            if case .events = outcome { return [translated(outcome), rest] }
            return [rest]
        } catch {
            return [refused(error, identity: identity(in: scope, rules))]
        }
    }

    /// The `id` of the one event that would come of the item, if its other members had values.
    private func identity(in scope: Scope, _ rules: RuleSet) -> String? {
        do throws(Misfit) {
            var matching: [EventRule] = []
            for rule in rules.events where try rule.condition.holds(in: scope) { matching.append(rule) }
            guard matching.count == 1, matching[0].each == nil else { return nil }
            return try matching[0].id.value(in: scope).string
        } catch {
            return nil  // Why not is what the item is refused for.
        }
    }

    func scope(of item: JSONValue, in payload: JSONValue, _ call: Scope.Call) -> Scope {
        Scope(
            payload: payload, item: item, current: item, call: call, source: source(for: call.hook), tables: tables)
    }

    /// An element of a rule's `each` that a value can't be found in.
    private struct OddElement {
        let misfit: Misfit
        /// The `id` of its event, where it can be told.
        let identity: String?
    }

    /// - Returns: Also the elements that make no event, in order. They are no reason to lose the others'.
    private func outcome(
        in scope: Scope, _ pointer: String, _ rules: RuleSet
    ) throws(Misfit) -> (TranslatedItem.Outcome, [OddElement]) {
        for rule in rules.ignore where try rule.condition.holds(in: scope) {
            return (.ignored(because: rule.reason), [])
        }
        for rule in rules.thin where try rule.condition.holds(in: scope) { return (.thin(because: rule.reason), []) }
        var events: [TranslatedEvent] = []
        var odd: [OddElement] = []
        var isMatched = false
        for rule in rules.events where try rule.condition.holds(in: scope) {
            isMatched = true
            events += try self.events(of: rule, in: scope, &odd)
        }
        guard isMatched else {
            let problem = Problem(
                pointer: pointer, title: "No rule for this",
                detail: "expected something that the events or the ignore rules of the connector \(name) match",
                kind: .content)
            return (.refused(problem), [])
        }
        return (events.isEmpty ? .ignored(because: "nothing in it to make an event of") : .events(events), odd)
    }

    private func events(
        of rule: EventRule, in scope: Scope, _ odd: inout [OddElement]
    ) throws(Misfit) -> [TranslatedEvent] {
        guard let each = rule.each else { return [try event(of: rule, in: scope)] }
        let elements = try each.value(in: scope)
        guard elements != .null else { return [] }
        guard let elements = elements.array else {
            throw Misfit(path: rule.path + "/each", detail: "expected an array, got \(elements.kind)")
        }
        var events: [TranslatedEvent] = []
        for element in elements {
            var inner = scope
            inner.current = element
            do throws(Misfit) {
                events.append(try event(of: rule, in: inner))
            } catch {
                // What keeps the id from being told is what the element is refused for.
                odd.append(OddElement(misfit: error, identity: (try? rule.id.value(in: inner))?.string))
            }
        }
        return events
    }

    private func event(of rule: EventRule, in scope: Scope) throws(Misfit) -> TranslatedEvent {
        var event = JSONObject()
        event.append("specversion", "1.0")
        func append(_ name: String, _ value: JSONValue) {
            // What is missing is the judge's to refuse, with a pointer to it.
            if value != .null { event.append(name, value) }
        }
        append("id", try rule.id.value(in: scope))
        append("source", .string(scope.source))
        append("type", .string(rule.type.rawValue))
        append("time", try rule.time.value(in: scope))
        if let subject = rule.subject { append("subject", try subject.value(in: scope)) }
        let data = try rule.data.value(in: scope)
        append("data", data == .null ? [:] : data)
        return TranslatedEvent(.object(event), stateOf: try subject(of: rule, in: scope))
    }

    /// What the event's `id` names a state of.
    private func subject(of rule: EventRule, in scope: Scope) throws(Misfit) -> String? {
        guard let stateOf = rule.stateOf else { return nil }
        switch try stateOf.value(in: scope) {
        case .string(let text): return text
        case .number(let number): return number.description
        case let other:
            throw Misfit(path: rule.path + "/stateOf", detail: "expected a text or a number, got \(other.kind)")
        }
    }
}
