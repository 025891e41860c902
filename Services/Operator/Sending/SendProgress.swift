internal import Crypto
import FoundationEssentials
internal import Models

/// How far an interrupted `onus send` came, kept beside its file until the file is through.
struct SendProgress: Equatable {
    /// Everything before this byte has been answered for.
    var offset: Int
    /// The one-based number of the line that begins there.
    var line: Int
    var totals: SendTotals
    /// What was sent to whom: of the bytes before `offset` and the receiver, in hexadecimal. A file that
    /// was changed meanwhile, or another receiver, starts anew.
    var digest: String

    static func path(beside file: String) -> String { "\(file).progress" }

    /// - Returns: `nil` where there is none, or one that can't be read: then everything is sent again, and
    ///   ingestion counts duplicates.
    static func read(beside file: String) -> SendProgress? {
        guard let contents = FileManager.default.contents(atPath: path(beside: file)),
            let json = try? JSONParser.parse(Array(contents)), let offset = json["offset"]?.int,
            let line = json["line"]?.int, let accepted = json["accepted"]?.int, let rejected = json["rejected"]?.int,
            let duplicates = json["duplicates"]?.int, let digest = json["digest"]?.string
        else { return nil }
        let totals = SendTotals(accepted: accepted, duplicates: duplicates, rejected: rejected)
        return SendProgress(offset: offset, line: line, totals: totals, digest: digest)
    }

    /// Replaces the last state in one step.
    func write(beside file: String) throws {
        let json: JSONValue = [
            "offset": .number(JSONNumber(offset)), "line": .number(JSONNumber(line)),
            "accepted": .number(JSONNumber(totals.accepted)), "duplicates": .number(JSONNumber(totals.duplicates)),
            "rejected": .number(JSONNumber(totals.rejected)), "digest": .string(digest),
        ]
        try Data((json.serialized + "\n").utf8).write(to: URL(filePath: Self.path(beside: file)), options: .atomic)
    }

    static func remove(beside file: String) {
        // Most often there is none; one that can't be removed only costs duplicates.
        try? FileManager.default.removeItem(atPath: path(beside: file))
    }
}
