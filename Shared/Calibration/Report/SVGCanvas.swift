import Models

/// A drawing as SVG text: enough for the study's plots. Colours follow the reader's light or dark setting, and are legible
/// on either where a viewer ignores it.
struct SVGCanvas {
    private let width: Double
    private let height: Double
    private let title: String
    private var elements: [String] = []

    init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    /// Where a text stands to its point.
    enum Anchor: String {
        case start, middle, end
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) {
        elements.append(
            "<line class=\"\(name)\" x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\"/>")
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, class name: String) {
        elements.append(
            "<rect class=\"\(name)\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\"/>")
    }

    /// A marker of a series: each has a shape of its own, so that colour is not needed to tell them apart.
    mutating func marker(_ x: Double, _ y: Double, series: Int) {
        let points: [(Double, Double)]
        switch series % 3 {
        case 0:
            elements.append("<circle class=\"s0\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"4\"/>")
            return
        case 1: points = [(-4, -4), (4, -4), (4, 4), (-4, 4)]
        default: points = [(0, -5), (5, 4), (-5, 4)]
        }
        let text = points.map { "\(n(x + $0.0)),\(n(y + $0.1))" }.joined(separator: " ")
        elements.append("<polygon class=\"s\(series % 3)\" points=\"\(text)\"/>")
    }

    mutating func path(_ points: [(x: Double, y: Double)], series: Int) {
        let text = points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
        elements.append("<polyline class=\"l\(series % 3)\" points=\"\(text)\"/>")
    }

    mutating func text(_ x: Double, _ y: Double, _ text: String, _ anchor: Anchor = .start, class name: String = "t") {
        elements.append(
            "<text class=\"\(name)\" x=\"\(n(x))\" y=\"\(n(y))\" text-anchor=\"\(anchor.rawValue)\">"
                + "\(HTMLText.escaped(text))</text>")
    }

    /// The file.
    var svg: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(n(width)) \(n(height))" width="\(n(width))" \
        height="\(n(height))" role="img">
        <title>\(HTMLText.escaped(title))</title>
        <style>\(Self.style)</style>
        \(elements.joined(separator: "\n"))
        </svg>

        """
    }

    private static let style = """
        text{font:12px system-ui,sans-serif;fill:#57606a}.h{font-weight:600}.g{stroke:#8c959f;stroke-opacity:.3}\
        .a{stroke:#8c959f;stroke-dasharray:4 3}.b{fill:#2da44e;fill-opacity:.15}\
        .s0{fill:#0969da}.s1{fill:#bc4c00}.s2{fill:#8250df}\
        .l0,.l1,.l2{fill:none;stroke-width:2}.l0{stroke:#0969da}.l1{stroke:#bc4c00}.l2{stroke:#8250df}\
        @media(prefers-color-scheme:dark){text{fill:#c9d1d9}.s0{fill:#58a6ff}.s1{fill:#f0883e}.s2{fill:#bc8cff}\
        .l0{stroke:#58a6ff}.l1{stroke:#f0883e}.l2{stroke:#bc8cff}}
        """

    private func n(_ value: Double) -> String {
        let text = FixedPoint.text(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
