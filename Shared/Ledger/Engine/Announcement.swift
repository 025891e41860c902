import Models

/// Which situations a computation announces.
struct Announcement: Sendable {
    /// Today at an arrival; the days made up at a day's turn.
    let days: ClosedRange<Day>
    /// Events that arrived and may be news although their own day is none of `days`.
    var arrived: Set<EventIdentity> = []
}
