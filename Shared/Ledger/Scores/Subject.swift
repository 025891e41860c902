import Models

/// Whom trials are counted for: a manager or a programme.
enum Subject: Hashable, Sendable {
    case manager(PersonID)
    case programme(ProgrammeID)

    /// As in the column `scope`.
    var scope: String {
        switch self {
        case .manager: "manager"
        case .programme: "programme"
        }
    }

    /// As in the column `subject`.
    var name: String {
        switch self {
        case .manager(let manager): manager.rawValue
        case .programme(let programme): programme.rawValue
        }
    }

    init(scope: String, name: String) {
        self = scope == "manager" ? .manager(PersonID(unchecked: name)) : .programme(ProgrammeID(unchecked: name))
    }
}
