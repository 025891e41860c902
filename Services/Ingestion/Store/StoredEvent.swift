/// What became of a valid event that was to be stored.
enum StoredEvent: Equatable, Sendable {
    case new
    /// Its identity was known already.
    case duplicate
    /// The database takes no such event, though the catalogue does. The others of its request are not harmed.
    case refused
}
