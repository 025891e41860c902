/// The attributes that a path or a filter can name: those of a resource, or the parts of a complex attribute.
struct SCIMScope: Sendable {
    let attributes: [SCIMAttribute]
    /// The URN that may stand before a core attribute.
    let core: String?
    let extensions: [SCIMSchema]

    /// What a path names.
    struct Target: Sendable {
        /// The URN of the extension it lies in; `nil` for the core.
        let extensionID: String?
        let attribute: SCIMAttribute
        let part: SCIMAttribute?
    }

    init(attributes: [SCIMAttribute], core: String?, extensions: [SCIMSchema]) {
        self.attributes = attributes
        self.core = core
        self.extensions = extensions
    }

    init(partsOf attribute: SCIMAttribute) {
        self.init(attributes: attribute.parts, core: nil, extensions: [])
    }

    /// The URNs that this scope knows.
    var urns: [String] { (core.map { [$0] } ?? []) + extensions.map(\.id) }

    /// - Returns: `nil` where the path names nothing in here.
    func target(of path: SCIMPath) -> Target? {
        var extensionID: String?
        var attributes = attributes
        if let urn = path.urn, !(core.map { SCIMText.same($0, urn) } ?? false) {
            guard let found = extensions.first(where: { SCIMText.same($0.id, urn) }) else { return nil }
            extensionID = found.id
            attributes = found.attributes
        } else if attributes.named(path.attribute) == nil,
            let found = extensions.first(where: { $0.attributes.named(path.attribute) != nil })
        {
            // `manager` without its URN, as some clients write it.
            extensionID = found.id
            attributes = found.attributes
        }
        guard let attribute = attributes.named(path.attribute) else { return nil }
        guard path.filter == nil || attribute.kind == .complex else { return nil }
        guard let part = path.part else {
            return Target(extensionID: extensionID, attribute: attribute, part: nil)
        }
        guard let found = attribute.part(part) else { return nil }
        return Target(extensionID: extensionID, attribute: attribute, part: found)
    }

    /// The extension that a path names as a whole.
    func wholeExtension(_ path: SCIMPath) -> SCIMSchema? {
        guard path.attribute.isEmpty, let urn = path.urn else { return nil }
        return extensions.first { SCIMText.same($0.id, urn) }
    }
}
