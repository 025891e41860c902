/// Which statements a connection keeps prepared, under which names. Pure bookkeeping.
///
/// Names are never used twice on a connection, so a statement whose fate is unknown can just be forgotten.
struct StatementCache {
    /// The same SQL with other types is another statement.
    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    /// 0: nothing is kept.
    let limit: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private var names: UInt64 = 0

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    var count: Int { entries.count }

    /// The name under which the statement is prepared, if it is; counts as a use.
    mutating func name(of key: Key) -> String? {
        clock += 1
        entries[key]?.lastUse = clock
        return entries[key]?.name
    }

    mutating func newName() -> String {
        names += 1
        return "onus_\(names)"
    }

    mutating func insert(_ key: Key, name: String) {
        clock += 1
        entries[key] = Entry(name: name, lastUse: clock)
    }

    mutating func remove(_ key: Key) {
        entries[key] = nil
    }

    mutating func removeAll() {
        entries = [:]
    }

    /// Forgets the least recently used beyond the limit.
    /// - Returns: Their names, for the server to forget as well.
    mutating func evict() -> [String] {
        guard entries.count > limit else { return [] }
        let oldest = entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(entries.count - limit)
        for (key, _) in oldest { entries[key] = nil }
        return oldest.map(\.value.name)
    }
}
