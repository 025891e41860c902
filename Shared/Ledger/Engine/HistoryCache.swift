import Models

/// The organisations' histories that a worker remembers; the one used longest ago gives way.
struct HistoryCache: Sendable {
    private struct Entry {
        var history: OrganizationHistory
        var lastUsed: Int
    }

    private let limit: Int
    private var entries: [OrganizationID: Entry] = [:]
    private var uses = 0

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    subscript(organization: OrganizationID) -> OrganizationHistory? {
        entries[organization]?.history
    }

    /// Remembers what stands after a commit.
    mutating func remember(_ history: OrganizationHistory, of organization: OrganizationID) {
        uses += 1
        entries[organization] = Entry(history: history, lastUsed: uses)
        if entries.count > limit, let oldest = entries.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
            entries[oldest.key] = nil
        }
    }

    mutating func forget(_ organization: OrganizationID) {
        entries[organization] = nil
    }

    mutating func removeAll() {
        entries.removeAll()
    }
}
