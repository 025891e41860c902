import Models

/// One line of the scoreboard before it is drawn.
struct ManagerSummary: Sendable {
    let score: ManagerScore
    /// The person's name, or the identifier where none is known.
    let name: String
    let title: String?
    let unit: String?
}
