/// A dictionary whose copies share what is old: changing a copy costs what changed lately, at times everything.
struct Layered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var settled: [Key: Value] = [:]
    /// Takes precedence.
    private var recent: [Key: Value] = [:]

    private static var few: Int { 64 }

    subscript(key: Key) -> Value? {
        if !recent.isEmpty, let value = recent[key] { return value }
        return settled[key]
    }

    mutating func set(_ value: Value, for key: Key) {
        recent[key] = value
        guard recent.count > max(Self.few, settled.count / 8) else { return }
        settled.merge(recent) { _, new in new }
        recent.removeAll()
    }

    /// The entries, in no order.
    var entries: some Sequence<(key: Key, value: Value)> {
        var whole = settled
        whole.merge(recent) { _, new in new }
        return whole
    }
}
