import Models
import Postgres

/// The one value that a filter asks for by an index, where it does: whatever passes the filter has it.
enum SCIMLookup: Hashable, Sendable {
    case id(UUIDBytes)
    case userName(String)
    case externalID(String)
    case email(String)
    case displayName(String)
    case member(UUIDBytes)
    /// Nothing can pass.
    case nothing

    /// - Returns: `nil` where the filter needs a look at every resource.
    init?(_ filter: SCIMFilter, in scope: SCIMScope) {
        switch filter {
        case .all(let filters):
            guard let found = filters.lazy.compactMap({ SCIMLookup($0, in: scope) }).first else { return nil }
            self = found
        case .compare(let path, .equal, .string(let text)):
            guard let target = scope.target(of: path), target.extensionID == nil else { return nil }
            self.init(target.attribute.name, part: target.part?.name, text)
        case .present(let path):
            guard let target = scope.target(of: path), target.part == nil, target.extensionID == nil,
                let text = path.filter?.equalValue
            else { return nil }
            self.init(target.attribute.name, part: "value", text)
        case .compare, .any, .not: return nil
        }
    }

    private init?(_ attribute: String, part: String?, _ text: String) {
        switch (attribute, part) {
        case ("id", nil): self = UUIDBytes(text).map { .id($0) } ?? .nothing
        case ("userName", nil): self = .userName(text)
        case ("externalId", nil): self = .externalID(text)
        case ("displayName", nil): self = .displayName(text)
        case ("emails", nil), ("emails", "value"): self = .email(text)
        case ("members", nil), ("members", "value"): self = UUIDBytes(text).map { .member($0) } ?? .nothing
        default: return nil
        }
    }
}

extension SCIMFilter {
    /// The text that `value` must be equal to, where the filter says so.
    var equalValue: String? {
        switch self {
        case .compare(let path, .equal, .string(let text)):
            path.urn == nil && path.part == nil && path.filter == nil && SCIMText.same(path.attribute, "value")
                ? text : nil
        case .all(let filters): filters.lazy.compactMap(\.equalValue).first
        case .compare, .present, .any, .not: nil
        }
    }
}
