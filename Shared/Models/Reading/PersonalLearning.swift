/// Whether a refused event may be somebody's personal learning, of which nothing may be kept.
package enum PersonalLearning {
    /// Errs on the learner's side: a misspelt learning type, and a completed training without a readable tie to the
    /// job, count as personal.
    package static func isSuspected(_ event: JSONObject) -> Bool {
        guard let type = event["type"]?.string?.lowercased() else {
            // Without a type, what the data says decides nothing: keep nothing.
            return true
        }
        if type.contains("learning") { return true }
        guard type.contains("training"), type.contains("completed") else { return false }
        return !isTied(event["data"])
    }

    private static func isTied(_ data: JSONValue?) -> Bool {
        func text(_ name: String) -> String? { data?[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        if text("gap") != nil || text("expectation") != nil { return true }
        return text("assignedBy").map { $0 != text("person") } ?? false
    }
}
