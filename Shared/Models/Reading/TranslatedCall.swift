/// What a connector makes of a kept call.
package struct TranslatedCall: Hashable, Sendable {
    /// In structured form, not yet judged.
    package let events: [JSONValue]
    /// Why a part of the item makes no event; nil: every part makes its own.
    package let problem: Problem?

    package init(events: [JSONValue], problem: Problem? = nil) {
        self.events = events
        self.problem = problem
    }
}
