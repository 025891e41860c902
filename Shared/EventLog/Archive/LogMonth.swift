/// A month of the log, and where it lies.
package struct LogMonth: Hashable, Sendable {
    /// `2026-01`.
    package let name: String
    /// Months since; 0 for the one under way.
    package let age: Int
    package let isArchived: Bool
    /// Whether every consumer has read all of it; an archived one is.
    package let isRead: Bool
    /// On disk, with its indexes.
    package let bytes: Int64

    package init(name: String, age: Int, isArchived: Bool, isRead: Bool, bytes: Int64) {
        self.name = name
        self.age = age
        self.isArchived = isArchived
        self.isRead = isRead
        self.bytes = bytes
    }
}
