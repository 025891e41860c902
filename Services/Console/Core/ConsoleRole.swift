/// As what somebody has signed in; one person may sign in as several.
enum ConsoleRole: String, CaseIterable, Sendable {
    case employee
    case manager
    case learningAndDevelopment = "l-and-d"
    case humanResources = "hr"
    case `operator`

    /// The word shown beside the person's name.
    var label: String {
        switch self {
        case .employee: "employee"
        case .manager: "manager"
        case .learningAndDevelopment: "L&D"
        case .humanResources: "HR"
        case .operator: "operator"
        }
    }
}
