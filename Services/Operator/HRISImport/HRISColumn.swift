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
}
