/// All series of one metric name.
struct MetricFamily {
    enum Kind: String {
        case counter, gauge, histogram
    }

    enum Series {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
        /// Read when the metrics are asked for.
        case computed(@Sendable () -> Double?)
    }

    let kind: Kind
    var help: String
    /// Upper bounds of a histogram's buckets, ascending; empty for the other kinds.
    var bounds: [Double]
    /// By the rendered labels, such as `method="GET",status="200"`.
    var series: [String: Series] = [:]
}
