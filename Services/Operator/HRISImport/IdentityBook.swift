import EventLog
import Models

/// Which identities a person's events have, and which of the earlier ones are still wanted.
///
/// A row that came, went and comes again can't take its old identity: that event is retracted for good. It takes the
/// next one: `HASH`, `HASH-2`, `HASH-3`, …
struct IdentityBook {
    private let source: String
    private var earlier: [EventIdentity: HRISPerson.Earlier] = [:]
    private var claimed: Set<EventIdentity> = []

    init(source: String, earlier: [HRISPerson.Earlier]) {
        self.source = source
        for event in earlier { self.earlier[event.identity] = event }
    }

    /// The identity for a new event of this name; nil where one that stands has it already.
    mutating func claim(_ name: String) -> EventIdentity? {
        var generation = 1
        while true {
            let identity = EventIdentity(source: source, id: generation == 1 ? name : "\(name)-\(generation)")
            claimed.insert(identity)
            guard let known = earlier[identity] else { return identity }
            if !known.isRetracted { return nil }
            generation += 1
        }
    }

    /// The earlier events that stand and were not claimed, in the order of their identities.
    var unclaimed: [HRISPerson.Earlier] {
        earlier.values.filter { !$0.isRetracted && !claimed.contains($0.identity) }
            .sorted { $0.identity < $1.identity }
    }
}
