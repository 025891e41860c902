/// A setting as people see it, whatever its value's type.
package struct SettingDescription: Sendable {
    /// In the flag's spelling, such as `database-url`.
    package let name: String
    package let type: String
    package let unit: String?
    package let range: String?
    /// The default in words; `nil` where an unset key means "none".
    package let fallback: String?
    package let isRequired: Bool
    package let isSecret: Bool
    /// Whether the flag may stand alone, meaning "true".
    let isFlag: Bool
    package let summary: String
    let accepts: @Sendable (String) -> Bool

    /// `ONUS_DATABASE_URL` for `database-url`.
    package var environmentName: String {
        "ONUS_" + name.uppercased().split(separator: "-").joined(separator: "_")
    }

    /// `--database-url` for `database-url`.
    package var flag: String { "--\(name)" }

    /// What a fault says was expected: type, unit and range.
    package var expected: String {
        [type, unit.map { "in \($0)" }, range].compactMap(\.self).joined(separator: ", ")
    }

    /// What the table shows as default.
    package var defaultText: String {
        isRequired ? "required" : fallback ?? "unset"
    }
}
