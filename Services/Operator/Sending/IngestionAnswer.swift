/// What one attempt to hand a slice to ingestion came to.
enum IngestionAnswer: Equatable {
    case receipt(Receipt)
    /// Not now: ingestion or its database is away or busy. Nothing is known to be stored, and sending the same
    /// again does no harm.
    case later(reason: String, after: Duration?)
    /// Not ever, as it stands: the token, the path, the size.
    case refused(reason: String)

    /// - Parameters:
    ///   - retryAfter: The header of this name.
    static func judge(status: Int, retryAfter: String?, body: [UInt8]) -> IngestionAnswer {
        switch status {
        // A receipt tells more than its status; 400 and 422 carry one too.
        case 200..<300, 400, 422:
            if let receipt = Receipt(body) { return .receipt(receipt) }
            return .refused(reason: "ingestion answered \(status) without a receipt: \(excerpt(of: body))")
        case 429, 502, 503, 504:
            let after = retryAfter.flatMap(Int.init).map { Duration.seconds(min(max($0, 0), 300)) }
            return .later(reason: "ingestion answers \(status)", after: after)
        case 401: return .refused(reason: "ingestion does not know the token (401)")
        case 403: return .refused(reason: "the token's role may not send events (403)")
        default: return .refused(reason: "ingestion answered \(status): \(excerpt(of: body))")
        }
    }

    private static func excerpt(of body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(300), as: UTF8.self)
        return text.isEmpty ? "an empty body" : text
    }
}
