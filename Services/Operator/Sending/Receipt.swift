internal import Models

/// Ingestion's answer to a request with events.
struct Receipt: Equatable {
    struct Rejection: Equatable {
        /// Zero-based, among the lines of the request.
        let index: Int
        let pointer: String
        let title: String
        let detail: String
    }

    var accepted: Int
    var duplicates: Int
    var rejected: [Rejection]
    /// How many more were rejected than are listed.
    var omitted = 0

    /// - Returns: `nil` where the body is no receipt.
    init?(_ body: [UInt8]) {
        // Whatever else came is reported by its status and its first words.
        guard let json = try? JSONParser.parse(body), let accepted = json["accepted"]?.int,
            let duplicates = json["duplicates"]?.int, let rejected = json["rejected"]?.array
        else { return nil }
        self.accepted = accepted
        self.duplicates = duplicates
        omitted = max(0, json["omitted"]?.int ?? 0)
        self.rejected = rejected.compactMap { item in
            item["index"]?.int.map { index in
                Rejection(
                    index: index, pointer: item["pointer"]?.string ?? "", title: item["title"]?.string ?? "",
                    detail: item["detail"]?.string ?? "")
            }
        }
    }
}
