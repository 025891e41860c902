package import Models

/// An event that was refused, as the quarantine keeps it.
package struct RejectedEvent: Hashable, Sendable {
    /// What its sender is told; see ``keptProblem``.
    package let problem: Problem
    /// As far as they could be read.
    package let type: String?
    package let source: String?
    package let id: String?
    /// The event in structured form, or the call of a vendor as far as its connector names it, after minimisation. `nil` for
    /// learning events and for what can't be parsed: of
    /// those only the hash and the problem are kept.
    package let body: String?
    /// SHA-256 of the bytes as they came; of a vendor's item, with the name of its hook.
    package let bodyHash: [UInt8]
    /// How a vendor's item came; nil where it came as an event.
    package let call: HookCall?

    /// What is kept of the problem. Where the event may not be kept, no word of it is quoted either.
    var keptProblem: Problem { body == nil ? problem.withoutQuotes : problem }

    /// - Parameter bodyHash: 32 bytes.
    package init(
        problem: Problem, type: String?, source: String?, id: String?, body: String?, bodyHash: [UInt8],
        call: HookCall? = nil
    ) {
        self.problem = problem
        self.type = type
        self.source = source
        self.id = id
        self.body = body
        self.bodyHash = bodyHash
        self.call = call
    }
}
