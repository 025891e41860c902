package import Models
package import Postgres

/// How something stands whose states are told from their identities, and how often it has changed.
package struct StateCount: Hashable, Sendable {
    /// What seeing a state comes to.
    package enum Sight: Hashable, Sendable {
        /// It is as it was: nothing to append.
        case same
        /// A state of its own identity.
        case new
        /// A state whose identity has had its event: it came back with the change of this number.
        case again(change: Int)
    }

    /// The identity of the present state; nil: none has been seen.
    package private(set) var state: UUIDBytes?
    package private(set) var changes: Int

    package init(state: UUIDBytes? = nil, changes: Int = 0) {
        self.state = state
        self.changes = changes
    }

    /// Whether a state's identity has had its event.
    package enum Known: Sendable {
        case no
        /// In an earlier time, before it last changed.
        case before
        /// For this change already, by somebody who does not count: an older service, or an operator.
        case since
    }

    /// Where nothing has been counted yet, a known state is the present one: what was read before anybody counted stays one
    /// event.
    package mutating func see(_ state: UUIDBytes, known: Known) -> Sight {
        guard state != self.state else { return .same }
        let isFirst = self.state == nil
        self.state = state
        changes += 1
        switch known {
        case .no: return .new
        case .since: return .same
        case .before: return isFirst ? .same : .again(change: changes)
        }
    }

    /// The number of the present change, where the one before it is another event's: of a hook that was forgotten.
    package mutating func skip() -> Int {
        changes += 1
        return changes
    }
}

extension EventIdentity {
    /// The identity of the event of a state that has come back.
    package func numbered(_ change: Int) -> EventIdentity {
        let long = "\(id)/\(change)"
        return EventIdentity(
            source: source, id: long.utf8.count <= EventIdentity.limit ? long : "\(hash)/\(change)")
    }
}
