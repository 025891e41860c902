internal import ArgumentParser
import Models

/// What is missing in a file means.
enum ImportMode: Hashable, Sendable {
    /// Nothing: the file holds what is new or changed.
    case delta
    /// That it has gone: the file holds everything.
    case snapshot(Leavers, on: Day)

    /// What becomes of a person of whom a snapshot has no row.
    enum Leavers: String, CaseIterable, ExpressibleByArgument, Sendable {
        /// What earlier files said of them is retracted: they have never been there.
        case retract
        /// They are inactive from the snapshot's day on, and their history stays.
        case leave
    }
}
