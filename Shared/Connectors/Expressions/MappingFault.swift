/// Why an expression has no value. Says nothing of the payload's text.
struct MappingFault: Error, Hashable {
    let detail: String

    init(_ detail: String) { self.detail = detail }
}
