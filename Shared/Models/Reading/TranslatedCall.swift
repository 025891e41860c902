/// What a connector makes of a kept call.
package struct TranslatedCall: Hashable, Sendable {
    package let events: [TranslatedEvent]
    /// Why a part of the item makes no event; nil: every part makes its own.
    package let problem: Problem?

    package init(events: [TranslatedEvent], problem: Problem? = nil) {
        self.events = events
        self.problem = problem
    }
}
