import Models

/// The scoreboard of managers: `scoreboard.mustache`.
struct ScoreboardView: Sendable {
    struct Row: Sendable {
        let href: String
        let name: String
        let title: String?
        let unit: String
        let status: String
        let interval: IntervalDrawing
        let score: String
        let range: String
        let trials: String
    }

    struct Tally: Sendable {
        let label: String
        let tone: String
        let count: Int
    }

    struct Choice: Sendable {
        let value: String
        let label: String
        let selected: Bool
    }

    let viewer: ViewerBar?
    let asOf: String?
    let heading: String
    let lead: String
    let tallies: [Tally]
    let query: String
    let statuses: [Choice]
    let orders: [Choice]
    let rows: [Row]
    /// The thresholds of the status, as the policy has them.
    let outsourcedHigh: String
    let owningLow: String

    /// - Parameters:
    ///   - scores: Every manager the viewer may see.
    ///   - filter: What the viewer asked for.
    init(
        viewer: ViewerBar, asOf: Day?, scores: [ManagerSummary], filter: ScoreboardFilter, policy: Policy, isWhole: Bool
    ) {
        self.viewer = viewer
        self.asOf = asOf?.description
        heading = isWhole ? "Who owns performance" : "You and the managers below you"
        lead = "Each manager's score is what their own people's evidence says, with how sure it is."
        tallies = ManagerStatus.allCases.map { status in
            Tally(
                label: status.rawValue, tone: status.rawValue,
                count: scores.count { $0.score.status == status })
        }
        query = filter.text
        statuses = ManagerStatus.allCases.map {
            Choice(value: $0.rawValue, label: $0.rawValue, selected: $0 == filter.status)
        }
        orders = ScoreboardFilter.Order.allCases.map {
            Choice(value: $0.rawValue, label: $0.label, selected: $0 == filter.order)
        }
        outsourcedHigh = Figure.short(policy.outsourcedHigh)
        owningLow = Figure.short(policy.owningLow)
        rows = filter.apply(to: scores).map { Row($0, policy: policy) }
    }
}

extension ScoreboardView.Row {
    init(_ summary: ManagerSummary, policy: Policy) {
        let score = summary.score
        href = Link.manager(score.manager)
        name = summary.name
        title = summary.title
        unit = summary.unit ?? ""
        status = score.status.rawValue
        interval = IntervalDrawing(of: score, policy: policy)
        self.score = score.score.map { Figure.fixed($0, 1) } ?? "–"
        if let low = score.low, let high = score.high { range = Figure.range(low, high) } else { range = "–" }
        trials = Figure.fixed(score.measures.values.reduce(0) { $0 + $1.n }, 0)
    }
}

extension IntervalDrawing {
    /// A manager's score on the scale with the two thresholds of the status.
    init(of score: ManagerScore, policy: Policy) {
        let marks = [Double(policy.outsourcedHigh), Double(policy.owningLow)]
        if let point = score.score, let low = score.low, let high = score.high {
            self.init(score: point, low: low, high: high, tone: score.status.rawValue, marks: marks, what: "Score")
        } else {
            self.init(nothingFor: "Score", marks: marks)
        }
    }
}
