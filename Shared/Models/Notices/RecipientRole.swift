/// Why somebody receives a notice.
package enum RecipientRole: String, CaseIterable, Sendable {
    case manager
    /// A manager above the manager.
    case leader
    case requester
    case learningAndDevelopment = "l_and_d"
    case humanResources = "hr"
}
