/// Why a call is not believed, in words that help an operator and tell a forger nothing new.
package enum VerificationFault: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case malformed(String, expected: String)
    case stale(String, tolerance: Int)
    case wrong(String)
    /// The secret that is configured can't be one.
    case unusableSecret

    package var description: String {
        switch self {
        case .missing(let name): "\(name): expected a value, got none"
        case .malformed(let name, let expected): "\(name): expected \(expected)"
        case .stale(let name, let tolerance): "\(name): expected a time within \(tolerance) seconds of now"
        case .wrong(let name): "\(name): the signature is not one of this hook's secret over this body"
        case .unusableSecret: "the hook's secret is not in the form that its connector names"
        }
    }
}
