import Models
import Schema

/// Whose events these are.
typealias Sender = AuthenticatedToken

extension Problem {
    /// The refusal of a type that the sender's token may not send.
    static func forbidden(_ type: EventType, _ role: TokenRole) -> Problem {
        Problem(
            pointer: "/type", title: "Type not allowed",
            detail: "a token with the role \(role.rawValue) may not send \(type.rawValue)", kind: .content)
    }
}
