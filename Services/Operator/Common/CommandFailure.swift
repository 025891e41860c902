/// Why a command did not come to a good end, with the exit code of the contract.
enum CommandFailure: Error, Equatable, CustomStringConvertible {
    /// 1: the answer is no. Empty words where standard output has said it already.
    case negative(String)
    /// 64: asked in a way that can't be answered.
    case usage(String)
    /// 69: the database, or ingestion, can't be reached.
    case unavailable(String)

    static let unavailableCode: Int32 = 69

    var code: Int32 {
        switch self {
        case .negative: 1
        case .usage: 64
        case .unavailable: Self.unavailableCode
        }
    }

    var description: String {
        switch self {
        case .negative(let words), .usage(let words), .unavailable(let words): words
        }
    }
}
