import Models

/// The body of a PATCH, read.
///
/// Source: RFC 7644, section 3.5.2. Operations are capitalised by Microsoft Entra ID.
struct SCIMPatch: Sendable {
    enum Word: String, Sendable {
        case add, replace, remove
    }

    struct Operation: Sendable {
        let word: Word
        /// `nil`: the value names what it changes.
        let path: String?
        let value: JSONValue?
    }

    /// The most operations of one request.
    static let limit = 1_000
    static let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

    let operations: [Operation]

    /// - Throws: ``SCIMError`` `invalidSyntax`.
    init(_ body: JSONValue) throws(SCIMError) {
        guard case .object(let object) = body else {
            throw .bad(.invalidSyntax, "expected an object, got \(body.kind)")
        }
        try SCIMSchema.check(object, names: Self.schema)
        guard let given = object.value(named: "Operations")?.array, !given.isEmpty else {
            throw .bad(.invalidSyntax, "Operations: expected an array of operations")
        }
        guard given.count <= Self.limit else {
            throw .bad(.invalidSyntax, "Operations: expected at most \(Self.limit), got \(given.count)")
        }
        var operations: [Operation] = []
        for (index, operation) in given.enumerated() {
            let members = operation.object
            guard let word = members?.value(named: "op")?.string.flatMap({ Word(rawValue: SCIMText.fold($0)) }) else {
                throw .bad(.invalidSyntax, "Operations[\(index)].op: expected add, replace or remove")
            }
            let path: String?
            switch members?.value(named: "path") {
            case nil, .null?: path = nil
            case .string(let text)?: path = text.isEmpty ? nil : text
            case let other?: throw .bad(.invalidPath, "Operations[\(index)].path: expected a string, got \(other.kind)")
            }
            operations.append(Operation(word: word, path: path, value: members?.value(named: "value")))
        }
        self.operations = operations
    }
}
