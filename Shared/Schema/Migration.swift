import Crypto
import Models

/// One numbered file of `Migrations/`: a step forward of the schema, never edited once released.
package struct Migration: Hashable, Sendable {
    /// What the step means for services of the version before it.
    package enum Effect: Hashable, Sendable {
        /// They may go on running.
        case safe
        /// They must not: the reason, as the file's first line gives it.
        case breaking(String)
    }

    /// The number in the file's name, from 1. Gaps are allowed; the order is the order of the list.
    package let version: Int
    /// The words in the file's name: `event_log` of `V0002__event_log.sql`.
    package let name: String
    package let sql: String
    package let effect: Effect
    /// `false` where the second line is `-- no transaction`: a single statement such as
    /// `CREATE INDEX CONCURRENTLY`, which must be safe to run again after it failed half-way.
    package let isTransactional: Bool

    /// - Parameter file: The file's name, `V0007__add_due_index.sql`.
    /// - Throws: ``SchemaError/malformed(file:detail:)`` where the name or the first line is not as agreed.
    package init(file: String, sql: String) throws(SchemaError) {
        func malformed(_ detail: String) -> SchemaError { .malformed(file: file, detail: detail) }
        let parts = file.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard file.hasPrefix("V"), file.hasSuffix(".sql"), parts.count == 3, parts[1].isEmpty,
            parts[0].utf8.count == 5, let version = Int(parts[0].dropFirst()), version > 0
        else { throw malformed("expected a name like V0007__add_due_index.sql") }
        let lines = sql.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        let breaking = "-- breaking: "
        switch lines.first {
        case "-- safe while older services run": effect = .safe
        case let line? where line.hasPrefix(breaking) && line.utf8.count > breaking.utf8.count:
            effect = .breaking(String(line.dropFirst(breaking.count)))
        default:
            throw malformed(
                "expected the first line to be \"-- safe while older services run\" or \"-- breaking: <why>\"")
        }
        self.version = version
        name = String(parts[2].dropLast(4))
        isTransactional = !(lines.count > 1 && lines[1] == "-- no transaction")
        self.sql = sql
    }

    /// SHA-256 of the file's bytes, in hexadecimal: what the database remembers of it.
    package var checksum: String {
        Hexadecimal.encode(SHA256.hash(data: Array(sql.utf8)))
    }

    /// Why services of the version before must stop; `nil` where they need not.
    package var breakingReason: String? {
        if case .breaking(let reason) = effect { reason } else { nil }
    }
}
