/// The geometry of one 90 % interval on a line from 0 to 100, as the template `interval` draws it.
struct IntervalDrawing: Sendable {
    /// A tick of the scale, in the drawing's own units.
    struct Mark: Sendable {
        let x: String
    }

    /// A status, or `""` for a plain one: the class that colours it.
    let tone: String
    /// What a reader who cannot see the drawing is told.
    var label: String
    let marks: [Mark]
    /// Whether there is anything to draw; an insufficient score has no interval.
    let drawn: Bool
    let low: String
    let width: String
    let point: String

    private static let left = 10.0
    private static let span = 200.0

    /// - Parameters:
    ///   - score: The point, `0...100`.
    ///   - low: The interval's lower end, `0...100`.
    ///   - high: Its upper end, at least `low`.
    init(score: Double, low: Double, high: Double, tone: String, marks: [Double], what: String) {
        self.tone = tone
        label = "\(what) \(Figure.short(score)), interval \(Figure.short(low)) to \(Figure.short(high))"
        self.marks = marks.map { Mark(x: Self.place($0)) }
        drawn = true
        self.low = Self.place(low)
        width = Figure.fixed(max(2, (high - low) / 100 * Self.span), 1)
        point = Self.place(score)
    }

    /// An empty scale: too little evidence to draw.
    init(nothingFor what: String, marks: [Double]) {
        tone = "insufficient"
        label = "\(what): too few trials"
        self.marks = marks.map { Mark(x: Self.place($0)) }
        drawn = false
        low = "0"
        width = "0"
        point = "0"
    }

    private static func place(_ value: Double) -> String {
        Figure.fixed(left + min(100, max(0, value)) / 100 * span, 1)
    }
}
