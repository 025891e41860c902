/// Shows how far a transfer is: a bar that redraws itself on a terminal, a line now and then elsewhere.
struct ProgressDisplay {
    private let title: String
    private let total: Int?
    private let isTerminal: Bool
    private let began = ContinuousClock.now
    private var shown: ContinuousClock.Instant

    /// - Parameters:
    ///   - total: In bytes, or whatever is counted; `nil` where it is not known.
    init(title: String, total: Int?, isTerminal: Bool = Terminal.notesAreSeen) {
        self.title = title
        self.total = total
        self.isTerminal = isTerminal
        shown = began
    }

    mutating func show(done: Int, totals: SendTotals) {
        let now = ContinuousClock.now
        guard now - shown >= (isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
        shown = now
        let text = Self.line(title: title, done: done, total: total, totals: totals, width: isTerminal ? 30 : 0)
        if isTerminal { Terminal.redraw(text) } else { Terminal.note(text) }
    }

    /// Leaves the full bar behind, so that what follows starts on a line of its own.
    func finish(done: Int, totals: SendTotals) {
        guard isTerminal else { return }
        Terminal.redraw(Self.line(title: title, done: done, total: total, totals: totals, width: 30))
        Terminal.note("")
    }

    /// - Parameter width: Of the bar; 0 for none.
    static func line(title: String, done: Int, total: Int?, totals: SendTotals, width: Int) -> String {
        guard let total, total > 0 else { return "\(title): \(totals.description)" }
        let share = Double(done) / Double(total)
        let filled = Int(share * Double(width))
        let bar =
            width > 0
            ? "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled) + "] " : ""
        return "\(title): \(bar)\(Int(share * 100)) %  \(totals.description)"
    }
}
