/// The columns of a snapshot. Others are ignored.
enum HRISColumn: String, CaseIterable, Sendable {
    case employee = "employee_id"
    case givenName = "given_name"
    case familyName = "family_name"
    case email
    case title
    case department
    case manager = "manager_id"
    case start = "start_date"
    case end = "end_date"
    case hired = "hire_date"

    /// Whether a snapshot without it would be misread.
    var isRequired: Bool {
        switch self {
        case .employee, .title, .department, .manager, .start, .end: true
        case .givenName, .familyName, .email, .hired: false
        }
    }

    /// The member of the event that the column's text becomes; `nil`: none.
    var member: String? {
        switch self {
        case .employee: "person"
        case .givenName, .familyName: "name"
        case .email: "email"
        case .title: "role"
        case .department: "unit"
        case .manager: "manager"
        case .start: "effectiveFrom"
        case .end: "active"
        case .hired: nil
        }
    }
}
