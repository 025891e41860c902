package import Models

/// A maximal run of consecutive days up to the scored day on which `manager` owned a person's performance.
package struct Spell: Hashable, Sendable {
    package let manager: PersonID
    package let start: Day
    /// At most the scored day.
    package let end: Day
    /// Whether it ends with the scored day only because the model looks no further.
    package let isOngoing: Bool
}
