/// Prometheus' text format, version 0.0.4.
enum MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func render(_ families: [String: MetricFamily]) -> String {
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            text += "# HELP \(name) \(family.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                append(series, name: name, labels: labels, to: &text)
            }
        }
        return text
    }

    static func escaped(_ label: String) -> String {
        label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func append(_ series: MetricFamily.Series, name: String, labels: String, to text: inout String) {
        switch series {
        case .counter(let cell):
            text += line(name, labels, cell.value)
        case .gauge(let cell):
            text += line(name, labels, cell.value)
        case .computed(let read):
            if let value = read() {
                text += line(name, labels, value)
            }
        case .histogram(let cell):
            let snapshot = cell.snapshot
            let prefix = labels.isEmpty ? "" : labels + ","
            var total: UInt64 = 0
            for (bound, count) in zip(cell.bounds, snapshot.counts) {
                total += count
                text += line("\(name)_bucket", "\(prefix)le=\"\(number(bound))\"", Double(total))
            }
            total += snapshot.counts.last ?? 0
            text += line("\(name)_bucket", "\(prefix)le=\"+Inf\"", Double(total))
            text += line("\(name)_sum", labels, snapshot.sum)
            text += line("\(name)_count", labels, Double(total))
        }
    }

    private static func line(_ name: String, _ labels: String, _ value: Double) -> String {
        "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
