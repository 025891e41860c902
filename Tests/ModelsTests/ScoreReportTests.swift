import Models
import Testing

@Suite struct ScoreReportTests {
    private func score(_ n: Double, _ s: Double) -> MeasureScore {
        MeasureScore(n: n, s: s, mean: 0.25, variance: 0.0375)
    }

    @Test func `a report has the contract's shape, with the keys that apply`() throws {
        let a = try PersonID("a")
        let b = try PersonID("B")
        let programme = try ProgrammeID("prog")
        let report = ScoreReport(
            asOf: Day(number: 20_543), policyVersion: 1,
            managers: [
                a: ManagerScore(
                    manager: a, level: 0.5, score: 61.5, low: 60, high: 63, status: .owning,
                    measures: [.coaching: score(32.142857142857146, 1), .clarity: score(1, 0.5)]),
                b: ManagerScore(
                    manager: b, level: 0.25, score: nil, low: nil, high: nil, status: .insufficient,
                    measures: [.chain: score(1, 0)]),
            ],
            programmes: [
                programme: ProgrammeScore(
                    programme: programme, delivered: 3, changed: 0, status: .unlinked, measures: [.linkage: score(3, 0)]
                )
            ])
        #expect(
            report.json.serialized == #"{"asOf":"2026-03-31","policyVersion":1,"managers":{"#
                + #""B":{"high":null,"level":0.25,"low":null,"measures":{"chain":{"mean":0.25,"n":1,"s":0,"variance":0.0375}},"score":null,"status":"insufficient"},"#
                + #""a":{"high":63,"level":0.5,"low":60,"measures":{"clarity":{"mean":0.25,"n":1,"s":0.5,"variance":0.0375},"coaching":{"mean":0.25,"n":32.142857142857146,"s":1,"variance":0.0375}},"score":61.5,"status":"owning"}},"#
                + #""programmes":{"prog":{"changed":0,"delivered":3,"measures":{"linkage":{"mean":0.25,"n":3,"s":0,"variance":0.0375}},"status":"unlinked"}}}"#
        )
        #expect(report.programmes[programme]?.gap == 3)
        let row = try #require(report.managers[a])
        #expect(ManagerScore.measures(json: row.measuresJSON) == row.measures)
        #expect(ManagerScore.measures(json: ["clarity": ["n": 1]]) == nil)
    }

    @Test(arguments: [0, 1, 900])
    func `a report is written in pieces, with the bytes of the whole`(count: Int) throws {
        var managers: [PersonID: ManagerScore] = [:]
        var programmes: [ProgrammeID: ProgrammeScore] = [:]
        for number in 0..<count {
            let manager = try PersonID("\"manager\" \(number)")
            managers[manager] = ManagerScore(
                manager: manager, level: 0.5, score: 61.5, low: 60, high: 63, status: .owning,
                measures: [.coaching: score(Double(number), 1), .clarity: score(1, 0.5)])
            let programme = try ProgrammeID("programme \(number)")
            programmes[programme] = ProgrammeScore(
                programme: programme, delivered: number, changed: 0, status: .linked, measures: [:])
        }
        let report = ScoreReport(
            asOf: Day(number: 20_543), policyVersion: count == 1 ? nil : 2, managers: managers, programmes: programmes)
        var pieces: [[UInt8]] = []
        report.write { pieces.append($0) }
        #expect(String(decoding: pieces.joined(), as: UTF8.self) == report.json.serialized)
        #expect(pieces.allSatisfy { $0.count < 70_000 })
        #expect((pieces.count > 2) == (count == 900))
    }

    @Test func `a policy reads back, with the model's constants where none are given`() throws {
        var policy = Policy.standard
        policy.version = 7
        policy.window = 60
        policy.owningLow = 55.5
        policy.weights[.chain] = 5
        #expect(try Policy(json: try JSONParser.parse(policy.json.serialized)) == policy)
        #expect(try Policy(json: [:]) == .standard)
        #expect(Policy.standard.weights.values.reduce(0, +) == 14)
    }

    @Test(arguments: [
        #"{"windw":90}"#, #"{"window":0}"#, #"{"window":1.5}"#, #"{"owningLow":101}"#, #"{"weights":{"chian":1}}"#,
        #"{"weights":{"chain":0}}"#, "[]", #"{"kappa":true}"#,
    ])
    func `a policy with a fault is refused`(text: String) {
        #expect(throws: InvalidPolicy.self) { try Policy(json: try JSONParser.parse(text)) }
    }

    @Test func `all faults of a policy are told at once, by pointer and allowed range`() throws {
        let text = #"{"window":0,"kappa":"2","weights":{"chain":0,"chian":1},"unverifiedCredit":0.3,"a/b":1}"#
        let faults = #expect(throws: InvalidPolicy.self) { try Policy(json: try JSONParser.parse(text)) }?.faults
        #expect(
            faults?.map(\.field) == [
                "/window", "/kappa", "/weights/chain", "/weights/chian", "/unverifiedCredit", "/a~1b",
            ])
        #expect(faults?.first?.description == "/window: expected a whole number in 1...3650, got 0")
    }

    @Test(arguments: [
        (#"{"owningLow":40}"#, "/outsourcedHigh"), (#"{"outsourcedHigh":60.5}"#, "/outsourcedHigh"),
        (#"{"window":27}"#, "/complementDays"),
    ])
    func `a policy at odds with itself is refused`(text: String, pointer: String) throws {
        let error = #expect(throws: InvalidPolicy.self) { try Policy(json: try JSONParser.parse(text)) }
        #expect(error?.faults.map(\.field) == [pointer])
    }

    @Test func `every kind of notice has the contract's name`() {
        #expect(
            NoticeKind.allCases.map(\.rawValue) == [
                "coaching_due", "action_due", "action_overdue", "gap_climbed", "surrogate_coaching", "request_returned",
                "clarity_missing", "followup_due", "evidence_contested", "score_outsourced", "programme_unlinked",
                "weekly_digest",
            ])
        #expect(
            NoticeKind.allCases.sorted { $0.urgency < $1.urgency }.prefix(3) == [
                .gapClimbed, .actionOverdue, .evidenceContested,
            ])
    }

    /// What each kind is about, by the contract's own words.
    @Test(arguments: [
        (NoticeKind.coachingDue, "coaching"), (.actionDue, "decision"), (.actionOverdue, "overdue"),
        (.gapClimbed, "reached"), (.surrogateCoaching, "outside coaching"), (.requestReturned, "request"),
        (.clarityMissing, "expectations"), (.followupDue, "training"), (.evidenceContested, "contested"),
        (.scoreOutsourced, "led by others"), (.programmeUnlinked, "programme"), (.weeklyDigest, "week"),
    ])
    func `a notice's title says what its kind is about`(_ kind: NoticeKind, _ word: String) {
        #expect(kind.title.lowercased().contains(word))
        // A status is about performance as a whole: who else coaches is another kind's matter.
        #expect(kind != .scoreOutsourced || !kind.title.lowercased().contains("coaching"))
        #expect(NoticeKind.allCases.filter { $0.title == kind.title } == [kind])
    }
}
