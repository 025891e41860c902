import Models

/// How a connector asks for what its vendor does not push.
package struct PollRule: Hashable, Sendable {
    enum Paging: Hashable, Sendable {
        case none
        /// The body holds the next page's address, whole or relative.
        case address([String])
        /// The body holds a token for a parameter of the first address. `more`: where the body says whether there is
        /// another page; nil: there is while there is a token.
        case token([String], parameter: String, more: [String]?)
        /// A parameter counts the items that were read; a page with fewer than `size` is the last.
        case offset(parameter: String, size: Int)
        /// The `Link` header, relation `next` (RFC 8288).
        case link
    }

    enum Cursor: Hashable, Sendable {
        /// Everything is asked for each time.
        case none
        /// The greatest of a value of the items.
        case greatest(Template, start: String, overlap: Int)
        /// When the last complete poll began.
        case began(start: String, overlap: Int)
        /// The last page's token goes on where this poll ends.
        case token(start: String)
    }

    let url: URLTemplate
    let headers: [Header]
    /// `nil`: the secret itself is what the vendor wants to see.
    package let token: TokenRule?
    package let rules: RuleSet
    let paging: Paging
    let cursor: Cursor
    /// Seconds from one poll to the next.
    package let every: Int
    package let requestsPerMinute: Int

    /// From one request to the next.
    package var interval: Duration { .seconds(60) / requestsPerMinute }

    struct Header: Hashable, Sendable {
        let name: String
        let value: URLTemplate
    }
}
