package import Models

/// Where a poll stands, as it is kept between requests: everything that is needed to go on after an interruption.
package struct PollState: Hashable, Sendable {
    /// From where the poll asks; nil: from its start.
    package var cursor: String?
    /// The address of the page that is next; nil: the first.
    package var page: String?
    /// The greatest value seen since the first page.
    package var high: String?
    /// When the first page was asked for.
    package var began: Instant?

    package init(cursor: String? = nil, page: String? = nil, high: String? = nil, began: Instant? = nil) {
        self.cursor = cursor
        self.page = page
        self.high = high
        self.began = began
    }
}
