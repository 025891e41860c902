import Models

/// What the console shows of a person beside their evidence.
struct PersonEntry: Sendable {
    let id: PersonID
    let name: String
    let role: String?
    let unit: String?
}
