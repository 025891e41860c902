import FoundationEssentials

/// Where secrets of hooks are: in a folder with a file each, as container platforms and systemd mount them, or in
/// variables of the process. Never in a connector's file or the database.
struct SecretSource: Sendable {
    private let read: @Sendable (String) -> String?

    /// - Parameter read: The text of a secret, by name; nil where there is none. Asked each time, so that a new one
    ///   counts without a restart.
    init(read: @escaping @Sendable (String) -> String?) {
        self.read = read
    }

    init(folder: String?, environment: [String: String]) {
        self.init { name in
            let file = folder.flatMap { FileManager.default.contents(atPath: "\($0)/\(name)") }
            return file.map { String(decoding: $0, as: UTF8.self) } ?? environment[Self.variable(name)]
        }
    }

    /// The values of a secret, one a line: while one is changed for another both hold.
    ///
    /// - Parameter name: As the table of hooks admits it; it can't leave the folder.
    /// - Returns: Empty where there is none.
    func values(of name: String) -> [String] {
        guard !name.hasPrefix("."), !name.contains("/") else { return [] }
        return (read(name) ?? "").split(whereSeparator: \.isNewline).map(String.init)
    }

    /// `ONUS_SECRET_BAMBOO_HR` for `bamboo-hr`.
    static func variable(_ name: String) -> String {
        "ONUS_SECRET_" + String(name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
    }
}
