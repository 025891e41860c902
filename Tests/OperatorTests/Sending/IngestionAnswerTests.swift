import Testing

@testable import Operator

struct IngestionAnswerTests {
    private static let receipt = Array(
        #"{"accepted":2,"duplicates":1,"rejected":[{"index":1,"pointer":"/data/person","title":"T","detail":"D"}]}"#
            .utf8)

    @Test(arguments: [202, 207, 400, 422])
    func `a receipt counts whatever its status`(status: Int) {
        let answer = IngestionAnswer.judge(status: status, retryAfter: nil, body: Self.receipt)
        guard case .receipt(let receipt) = answer else {
            Issue.record("expected a receipt, got \(answer)")
            return
        }
        #expect(receipt.accepted == 2)
        #expect(receipt.duplicates == 1)
        #expect(receipt.rejected == [.init(index: 1, pointer: "/data/person", title: "T", detail: "D")])
    }

    @Test func `rejected lines that a receipt leaves out count among the rejected`() throws {
        let receipt = try #require(Receipt(Array(#"{"accepted":2,"duplicates":1,"rejected":[],"omitted":7}"#.utf8)))
        var totals = SendTotals(accepted: 0, duplicates: 0, rejected: 1)
        totals.add(receipt)
        #expect(totals == SendTotals(accepted: 2, duplicates: 1, rejected: 8))
    }

    @Test func `busy and away mean later, by the server's own time where it names one`() {
        #expect(
            IngestionAnswer.judge(status: 429, retryAfter: "7", body: [])
                == .later(reason: "ingestion answers 429", after: .seconds(7)))
        #expect(
            IngestionAnswer.judge(status: 503, retryAfter: "soon", body: Self.receipt)
                == .later(reason: "ingestion answers 503", after: nil))
    }

    @Test(arguments: [401, 403, 404, 413, 415, 500])
    func `any other status ends the transfer`(status: Int) {
        guard case .refused(let reason) = IngestionAnswer.judge(status: status, retryAfter: nil, body: []) else {
            Issue.record("expected a refusal of \(status)")
            return
        }
        #expect(reason.contains("\(status)"))
    }

    @Test(arguments: ["", "[]", #"{"accepted":1}"#, "not JSON"])
    func `a success without a receipt is none`(body: String) {
        guard case .refused = IngestionAnswer.judge(status: 202, retryAfter: nil, body: Array(body.utf8)) else {
            Issue.record("expected a refusal")
            return
        }
    }
}
