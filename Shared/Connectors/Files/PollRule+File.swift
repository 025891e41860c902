import Models

extension PollRule {
    static func read(_ place: YAMLPlace, pushed: RuleSet, _ context: ReadingContext) -> PollRule? {
        guard let section = place.section else { return nil }
        section.allow(
            "url", "token", "headers", "every", "items", "page", "cursor", "requestsPerMinute", "ignore", "events")
        let url = section.required("url")?.urlTemplate(allowing: context.settings.union(["cursor", "now"]))
        let tokenPlace = section.member("token")
        let token = tokenPlace.flatMap { TokenRule.read($0, context) }
        let headers = (section.member("headers")?.members ?? []).compactMap { name, place -> Header? in
            let allowed = context.settings.union(["secret", "secret64"] + (tokenPlace == nil ? [] : ["token"]))
            return place.urlTemplate(allowing: allowed).map { Header(name: name, value: $0) }
        }
        let every = section.required("every")?.span(atLeast: 1)
        let items = section.member("items").map(\.pointer)
        let paging = section.member("page").map { self.paging($0) } ?? PollRule.Paging.none
        let cursor = section.member("cursor").map { self.cursor($0, context) } ?? Cursor.none
        let rate = section.member("requestsPerMinute").map { $0.integer(in: 1...60_000) } ?? 60
        let rules = RuleSet(
            items: items ?? nil, ignore: section.member("ignore").map { IgnoreRule.list($0, context) } ?? pushed.ignore,
            thin: [],
            events: section.member("events").map { EventRule.list($0, context, isPushed: false) } ?? pushed.events)
        guard let url, let every, let paging, let cursor, let rate else { return nil }
        if let items, items == nil { return nil }
        if let tokenPlace, !headers.contains(where: { $0.value.names.contains("token") }) {
            tokenPlace.fault("expected {token} in one of the headers")
        }
        switch (cursor, paging) {
        case (.token, .token): break
        case (.token, _):
            section.member("cursor")?.fault(
                "expected page with next and parameter, which a cursor of tokens goes on with")
        default: break
        }
        return PollRule(
            url: url, headers: headers, token: token, rules: rules, paging: paging, cursor: cursor, every: every,
            requestsPerMinute: rate)
    }

    private static func paging(_ place: YAMLPlace) -> Paging? {
        guard let section = place.section else { return nil }
        section.allow("next", "parameter", "more", "link", "offset", "size")
        if let link = section.member("link") {
            guard link.constant == .bool(true), section.member("next") == nil else {
                link.fault("expected true, and no next beside it")
                return nil
            }
            return .link
        }
        if let offset = section.member("offset") {
            guard let name = offset.text, let size = section.required("size")?.integer(in: 1...10_000) else {
                return nil
            }
            return .offset(parameter: name, size: size)
        }
        guard let next = section.required("next")?.pointer else { return nil }
        guard let parameter = section.member("parameter") else {
            section.member("more")?.fault("expected parameter beside it")
            return .address(next)
        }
        let more = section.member("more").map(\.pointer)
        if let more, more == nil { return nil }
        guard let name = parameter.text else { return nil }
        return .token(next, parameter: name, more: more ?? nil)
    }

    private static func cursor(_ place: YAMLPlace, _ context: ReadingContext) -> Cursor? {
        guard let section = place.section else { return nil }
        section.allow("value", "start", "overlap")
        let value = section.required("value")
        let start = section.required("start")?.text
        let overlap = section.member("overlap").map { $0.span(atLeast: 0) } ?? 0
        guard let value, let start, let overlap else { return nil }
        switch value.scalarText {
        case "began": return .began(start: start, overlap: overlap)
        case "token": return .token(start: start)
        default:
            guard let template = value.template(context) else { return nil }
            guard case .expression = template else {
                value.fault("expected began, token, or = and an expression")
                return nil
            }
            return .greatest(template, start: start, overlap: overlap)
        }
    }
}

extension TokenRule {
    static func read(_ place: YAMLPlace, _ context: ReadingContext) -> TokenRule? {
        guard let section = place.section else { return nil }
        section.allow("url", "client", "scope", "credentials")
        let url = section.required("url")?.urlTemplate(allowing: context.settings)
        let client = section.required("client")?.urlTemplate(allowing: context.settings)
        let scope = section.member("scope")?.urlTemplate(allowing: context.settings)
        let credentials = section.member("credentials").map { $0.choice(Place.self) } ?? .header
        guard let url, let client, let credentials else { return nil }
        return TokenRule(url: url, client: client, scope: scope, credentials: credentials)
    }
}

extension YAMLPlace {
    /// A text with `{name}` of these names.
    fileprivate func urlTemplate(allowing names: Set<String>) -> URLTemplate? {
        guard let text, let template = checked({ () throws(InvalidValue) in try URLTemplate(text) }) else { return nil }
        for name in template.names where !names.contains(name) {
            fault("expected only \(names.sorted().map { "{\($0)}" }.joined(separator: ", ")), got {\(name)}")
        }
        return template
    }
}
