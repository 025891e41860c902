import HTTPTypes
import Hummingbird
import Models
import ServiceKit

/// What became of a request's events, counted while they pass.
struct Receipt: Sendable {
    private(set) var accepted = 0
    private(set) var duplicates = 0
    /// The first of them, within ``Limits/listedRejections`` and ``Limits/listedBytes``; the rest is in ``omitted``.
    private(set) var rejected: [Rejection] = []
    private(set) var omitted = 0
    private var listedBytes = 0

    mutating func add(accepted: Int, duplicates: Int) {
        self.accepted += accepted
        self.duplicates += duplicates
    }

    mutating func add(_ rejection: Rejection) {
        // A pointer may be as long as the event that it points into; the first one is listed in any case.
        let size = rejection.problem.size
        if omitted == 0, rejected.count < Limits.listedRejections,
            rejected.isEmpty || listedBytes + size <= Limits.listedBytes
        {
            rejected.append(rejection)
            listedBytes += size
        } else {
            omitted += 1
        }
    }

    /// 202 where nothing was rejected, 422 where everything was, 207 in between.
    ///
    /// A single event is 400 instead where its body or envelope is broken.
    func status(of form: EventForm) -> HTTPResponse.Status {
        guard let first = rejected.first else { return .accepted }
        guard accepted + duplicates == 0 else { return .init(code: 207, reasonPhrase: "Multi-Status") }
        switch form {
        case .structured, .binary: return first.problem.kind == .envelope ? .badRequest : .unprocessableContent
        case .batch, .lines: return .unprocessableContent
        }
    }

    /// The three members of the contract, and `omitted` where the list was cut.
    var members: JSONObject {
        var members = JSONObject()
        members.append("accepted", .number(JSONNumber(accepted)))
        members.append("duplicates", .number(JSONNumber(duplicates)))
        members.append("rejected", .array(rejected.sorted { $0.index < $1.index }.map(\.json)))
        if omitted > 0 {
            members.append("omitted", .number(JSONNumber(omitted)))
        }
        return members
    }

    func response(to form: EventForm) -> Response {
        answer(status(of: form))
    }

    /// 400 for a body that can't be parsed as a whole.
    static func unreadable(_ problem: Problem) -> Response {
        var receipt = Receipt()
        receipt.add(Rejection(index: 0, problem: problem))
        return receipt.answer(.badRequest)
    }

    private func answer(_ status: HTTPResponse.Status) -> Response {
        guard status.code >= 400 else { return .json(.object(members), status: status) }
        let count = rejected.count + omitted
        let detail =
            count == 1
            ? rejected.first.map { "\($0.problem.title): \($0.problem.detail)" }
            : "All \(count) events were rejected; \"rejected\" says why."
        return ProblemDetails(status, detail: detail, extensions: members).response
    }
}
