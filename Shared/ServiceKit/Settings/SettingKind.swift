package import Logging

/// How the text of a setting becomes a value, and how both are described to people.
package struct SettingKind<Value: Sendable>: Sendable {
    /// The type as the table of keys names it.
    package let type: String
    /// The values allowed, in words; `nil` where the type says it all.
    package let range: String?
    /// The value, or `nil` when the text is outside `type` and `range`.
    let parse: @Sendable (String) -> Value?

    package init(type: String, range: String? = nil, parse: @escaping @Sendable (String) -> Value?) {
        self.type = type
        self.range = range
        self.parse = parse
    }

    /// What a fault says was expected.
    package var expected: String {
        range.map { "\(type), \($0)" } ?? type
    }

    /// The same kind for a key that may be unset.
    package var optional: SettingKind<Value?> {
        SettingKind<Value?>(type: type, range: range) { text in
            guard let value = parse(text) else { return nil }
            return .some(.some(value))
        }
    }
}

extension SettingKind where Value == String {
    package static let text = SettingKind(type: "text") { $0 }

    /// An absolute `http` or `https` URL, kept without its trailing slash so that paths can be appended.
    package static let httpURL = SettingKind(type: "URL", range: "http:// or https://") { text in
        guard let start = ["http://", "https://"].first(where: text.hasPrefix), text.count > start.count else {
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

extension SettingKind where Value == Secret {
    package static let secret = SettingKind(type: "text") { Secret($0) }

    /// A libpq connection URI, which may hold a password.
    package static let databaseURL = SettingKind(type: "URI", range: "postgresql://…") { text in
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") ? Secret(text) : nil
    }

    /// An SMTP server, which may hold a password.
    package static let smtpURL = SettingKind(type: "URI", range: "smtp://…, smtp+starttls://… or smtps://…") { text in
        ["smtp://", "smtp+starttls://", "smtps://"].contains(where: text.hasPrefix) ? Secret(text) : nil
    }
}

extension SettingKind where Value == Int {
    package static func integer(in range: ClosedRange<Int>) -> SettingKind {
        SettingKind(type: "integer", range: "\(range.lowerBound) to \(range.upperBound)") { text in
            guard let value = Int(text), range.contains(value) else { return nil }
            return value
        }
    }
}

extension SettingKind where Value == Bool {
    package static let flag = SettingKind(type: "boolean", range: "1, true, 0 or false") { text in
        switch text.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off": false
        default: nil
        }
    }
}

extension SettingKind where Value == Logger.Level {
    package static let logLevel = SettingKind(
        type: "level", range: Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
    ) { Logger.Level(rawValue: $0.lowercased()) }
}
