import Models

extension Verification {
    private enum Scheme: String, CaseIterable {
        case standardWebhooks = "standard-webhooks"
        case hmac, key, token
    }

    /// What an unsigned clock may be off, in seconds.
    private static let tolerance = 300

    static func read(_ place: YAMLPlace) -> Verification? {
        guard let section = place.section, let scheme = section.required("scheme")?.choice(Scheme.self) else {
            return nil
        }
        switch scheme {
        case .standardWebhooks:
            section.allow("scheme", "tolerance")
            return .standardWebhooks(tolerance: tolerance(section))
        case .hmac:
            section.allow("scheme", "header", "algorithm", "encoding", "prefix", "signs", "secret", "timestamp")
            return hmac(section).map { .hmac($0) }
        case .key:
            section.allow("scheme", "header", "query", "prefix")
            return key(section).map { .key($0) }
        case .token:
            section.allow("scheme")
            return .token
        }
    }

    private static func tolerance(_ section: YAMLSection) -> Int {
        guard let place = section.member("tolerance") else { return tolerance }
        return place.span(atLeast: 1) ?? tolerance
    }

    private static func hmac(_ section: YAMLSection) -> HMACRule? {
        let header = section.required("header")?.text
        let algorithm = section.required("algorithm")?.choice(HMACRule.Algorithm.self)
        let encoding = section.required("encoding")?.choice(HMACRule.Encoding.self)
        let form = section.member("secret").map { $0.choice(HMACRule.SecretForm.self) } ?? .text
        let prefix = section.member("prefix").map(\.text) ?? ""
        let timestamp = section.member("timestamp").map { timestampRule($0) }
        let parts = section.member("signs").map { signs($0, hasTimestamp: timestamp != nil) } ?? [.body]
        if timestamp != nil, let parts, !parts.contains(.timestamp) {
            section.place.fault("expected signs to name {timestamp}: one that is not signed proves nothing")
        }
        guard let header, let algorithm, let encoding, let form, let prefix, let parts else { return nil }
        if let timestamp, timestamp == nil { return nil }
        return HMACRule(
            header: header, algorithm: algorithm, encoding: encoding, prefix: prefix, parts: parts, secretForm: form,
            timestamp: timestamp ?? nil)
    }

    private static func timestampRule(_ place: YAMLPlace) -> HMACRule.TimestampRule? {
        guard let section = place.section else { return nil }
        section.allow("header", "prefix", "tolerance")
        guard let header = section.required("header")?.text else { return nil }
        let prefix = section.member("prefix").map(\.text) ?? ""
        guard let prefix else { return nil }
        return HMACRule.TimestampRule(header: header, prefix: prefix, tolerance: tolerance(section))
    }

    private static func signs(_ place: YAMLPlace, hasTimestamp: Bool) -> [HMACRule.Part]? {
        guard let text = place.text,
            let template = place.checked({ () throws(InvalidValue) in try URLTemplate(text) })
        else { return nil }
        var parts: [HMACRule.Part] = []
        for part in template.parts {
            switch part {
            case .text(let words): parts.append(.text(words))
            case .value("body"): parts.append(.body)
            case .value("timestamp") where hasTimestamp: parts.append(.timestamp)
            case .value: place.fault("expected {body} and, where there is a timestamp, {timestamp}")
            }
        }
        if !parts.contains(.body) { place.fault("expected {body}: a signature that leaves it out proves nothing") }
        return parts
    }

    private static func key(_ section: YAMLSection) -> KeyRule? {
        let prefix = section.member("prefix").map(\.text) ?? ""
        guard let prefix else { return nil }
        switch (section.member("header")?.text, section.member("query")?.text) {
        case (let header?, nil): return KeyRule(place: .header(header), prefix: prefix)
        case (nil, let query?): return KeyRule(place: .query(query), prefix: prefix)
        default:
            section.place.fault("expected either header or query")
            return nil
        }
    }
}
