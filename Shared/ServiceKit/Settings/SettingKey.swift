/// One setting, described once: from this come the environment variable, the flag, the check at start, `--help`
/// and the table in the README.
package struct SettingKey<Value: Sendable>: Sendable {
    /// What people and the reader of settings need to know of the key.
    package let description: SettingDescription
    let parse: @Sendable (String) -> Value?
    let fallback: Value?

    /// - Parameters:
    ///   - name: In the flag's spelling: `database-url` is `--database-url` and `ONUS_DATABASE_URL`.
    ///   - fallback: The value when the key is unset; `nil` makes the key required.
    ///   - fallbackText: How the table shows the default.
    package init(
        _ name: String, _ kind: SettingKind<Value>, unit: String? = nil, fallback: Value?, fallbackText: String? = nil,
        isSecret: Bool = false, _ summary: String
    ) {
        description = SettingDescription(
            name: name, type: kind.type, unit: unit, range: kind.range, fallback: fallbackText,
            isRequired: fallback == nil, isSecret: isSecret, isFlag: Value.self == Bool.self, summary: summary,
            accepts: { kind.parse($0) != nil })
        parse = kind.parse
        self.fallback = fallback
    }
}

extension SettingKey where Value: CustomStringConvertible {
    /// A key whose default prints as it is written.
    package init(
        _ name: String, _ kind: SettingKind<Value>, unit: String? = nil, default fallback: Value, _ summary: String
    ) {
        self.init(name, kind, unit: unit, fallback: fallback, fallbackText: fallback.description, summary)
    }
}

extension SettingKey {
    /// A key that may be unset.
    package static func optional<Wrapped: Sendable>(
        _ name: String, _ kind: SettingKind<Wrapped>, unit: String? = nil, isSecret: Bool = false,
        unset: String? = nil, _ summary: String
    ) -> SettingKey where Value == Wrapped? {
        SettingKey(
            name, kind.optional, unit: unit, fallback: .some(.none), fallbackText: unset, isSecret: isSecret, summary)
    }
}
