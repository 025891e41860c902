import Models

/// One poll, page by page, as a state machine without I/O: it says what to ask, reads what comes, and what to keep.
package struct PollRun: Sendable {
    package struct Request: Hashable, Sendable {
        package let url: String
        package let headers: [(name: String, value: String)]
        /// What is posted; `nil`: nothing, the address is read.
        package var form: String?

        package static func == (left: Self, right: Self) -> Bool {
            left.url == right.url && left.form == right.form
                && left.headers.elementsEqual(right.headers) { $0 == $1 }
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(url) }
    }

    package struct Page: Sendable {
        package let items: [TranslatedItem]
        package let isLast: Bool
    }

    private let connector: Connector
    private let rule: PollRule
    private let call: Scope.Call
    private let secret: String
    /// For `{token}` in headers.
    package var token = ""
    /// What has been read so far; kept once the page's events are durable.
    package private(set) var state: PollState

    /// - Parameter secret: For `{secret}` in headers; never in an address, which is kept and logged.
    package init(
        _ connector: Connector, _ rule: PollRule, state: PollState, secret: String, call: Scope.Call
    ) {
        self.connector = connector
        self.rule = rule
        self.call = call
        self.secret = secret
        self.state = state
        // Where the hook has been set to another address meanwhile, the page's is no longer to be trusted with a secret.
        if let page = state.page, WebLocation.resolve(page, against: firstAddress) == nil { self.state.page = nil }
        if self.state.page == nil {
            self.state.high = nil
            self.state.began = call.now
        }
    }

    /// What to ask for next.
    package var request: Request {
        let secrets = ["secret": secret, "secret64": Base64.encode(Array(secret.utf8)), "token": token]
        let values = call.settings.merging(secrets) { _, secret in secret }
        let headers = rule.headers.map { (name: $0.name, value: $0.value.filled(values) { $0 }) }
        return Request(url: state.page ?? firstAddress, headers: headers)
    }

    /// Reads an answer and moves on.
    ///
    /// - Throws: ``PollFailure``; ``state`` is as it was.
    package mutating func take(_ answer: PollAnswer) throws(PollFailure) -> Page {
        guard (200..<300).contains(answer.status) else {
            let wait = RetryAfter.wait(answer.headers["retry-after"], now: call.now)
            throw PollFailure(
                reason: "the vendor answered \(answer.status)", wait: wait,
                losesPage: state.page != nil && [400, 404, 410, 422].contains(answer.status))
        }
        let body: JSONValue
        do {
            body = try JSONParser.parse(answer.body)
        } catch {
            throw PollFailure(reason: "the vendor's answer is no JSON that Onus takes: \(error.detail)")
        }
        let items = connector.translate(body, by: rule.rules, call: call)
        let high = try greatest(of: items, in: body)
        let (token, next) = try followingPage(body, answer.headers, count: items.last.map { $0.index + 1 } ?? 0)
        state.high = high
        guard let next else {
            finish(token)
            return Page(items: items, isLast: true)
        }
        guard next != request.url else { throw PollFailure(reason: "the vendor's page names itself as the next one") }
        state.page = next
        return Page(items: items, isLast: false)
    }

    private mutating func finish(_ token: String?) {
        switch rule.cursor {
        case .none: break
        case .greatest: state.cursor = state.high ?? state.cursor
        case .began: state.cursor = (state.began ?? call.now).description
        case .token: state.cursor = token ?? state.cursor
        }
        state.page = nil
        state.high = nil
        state.began = nil
    }

    // MARK: Addresses

    private var firstAddress: String {
        var values = call.settings
        values["cursor"] = cursor
        // The same on every page, also after an interruption.
        values["now"] = (state.began ?? call.now).description
        let url = rule.url.filled(values, encode: PercentEncoding.encode)
        guard case .token(_, let parameter, _) = rule.paging, case .token = rule.cursor, let token = state.cursor
        else { return url }
        return WebLocation.adding(parameter, token, to: url)
    }

    private var cursor: String {
        switch rule.cursor {
        case .none: ""
        case .token(let start): Self.start(start, call.now)
        case .greatest(_, let start, let overlap), .began(let start, let overlap):
            state.cursor.map { Self.earlier($0, by: overlap) } ?? Self.start(start, call.now)
        }
    }

    /// `30d` and the like are before now; everything else is itself.
    private static func start(_ text: String, _ now: Instant) -> String {
        TimeSpan(text).map { now.adding(seconds: -$0.seconds).description } ?? text
    }

    /// A little is read again: what a vendor's clocks and indexes let appear late is not lost, and duplicates are
    /// known by their identity.
    private static func earlier(_ cursor: String, by overlap: Int) -> String {
        guard overlap > 0, let instant = VendorTime.instant(cursor) else { return cursor }
        return instant.adding(seconds: -overlap).description
    }

    private func followingPage(
        _ body: JSONValue, _ headers: [String: String], count: Int
    ) throws(PollFailure) -> (token: String?, address: String?) {
        func text(_ steps: [String]) -> String? {
            switch body.value(at: steps) {
            case .string(let text): text
            case .number(let number): number.description
            default: nil
            }
        }
        let named: String?
        switch rule.paging {
        case .none: return (nil, nil)
        case .address(let steps): named = text(steps)
        case .offset(let parameter, let size):
            guard count >= size else { return (nil, nil) }
            let offset = WebLocation.value(of: parameter, in: request.url).flatMap { Int($0) } ?? 0
            return (nil, WebLocation.adding(parameter, String(offset + size), to: request.url))
        case .link: named = WebLocation.next(inLink: headers["link"])
        case .token(let steps, let parameter, let more):
            let token = text(steps)
            let isMore = more.map { body.value(at: $0) == .bool(true) } ?? (token != nil)
            guard isMore, let token else { return (token, nil) }
            return (token, WebLocation.adding(parameter, token, to: firstAddress))
        }
        guard let named else { return (nil, nil) }
        // With the credentials of the first page: to the same place only.
        guard let address = WebLocation.resolve(named, against: request.url) else {
            throw PollFailure(reason: "the next page is at another address than the first")
        }
        return (nil, address)
    }

    // MARK: The cursor

    private func greatest(of items: [TranslatedItem], in body: JSONValue) throws(PollFailure) -> String? {
        guard case .greatest(let template, _, _) = rule.cursor else { return nil }
        var high = state.high
        for item in items {
            let scope = connector.scope(of: item.value, in: body, call)
            let value: JSONValue
            do throws(Misfit) {
                value = try template.value(in: scope)
            } catch {
                throw PollFailure(reason: "the cursor of item \(item.index): \(error.detail)")
            }
            guard let text = value.string else { continue }
            if high.map({ Self.isLess($0, text) }) ?? true { high = text }
        }
        return high
    }

    private static func isLess(_ left: String, _ right: String) -> Bool {
        if let left = VendorTime.instant(left), let right = VendorTime.instant(right) { return left < right }
        return UTF8Order.precedes(left, right)
    }
}
