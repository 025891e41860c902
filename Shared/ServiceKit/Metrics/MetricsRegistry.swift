package import CoreMetrics
import Synchronization

/// The metrics of one process, shown in Prometheus' text format 0.0.4.
///
/// A `MetricsFactory` of swift-metrics: give it to `Counter(label:dimensions:factory:)`, or use the shorter
/// ``counter(_:help:labels:)`` and its siblings. Timers are histograms in seconds. A metric should be declared
/// with its help text once; one that is not is shown with its own name in words.
package final class MetricsRegistry: MetricsFactory, Sendable {
    /// From half a millisecond to ten seconds, for requests and commits.
    package static let latencyBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Powers of two to 4096, for sizes of groups and batches.
    package static let sizeBounds = (0...12).map { Double(1 << $0) }

    private let families = Mutex<[String: MetricFamily]>([:])

    package init() {}

    // MARK: Declaring with help

    package func counter(_ name: String, help: String, labels: [(String, String)] = []) -> Counter {
        declare(name, .counter, help: help)
        return Counter(label: name, dimensions: labels, factory: self)
    }

    package func gauge(_ name: String, help: String, labels: [(String, String)] = []) -> Meter {
        declare(name, .gauge, help: help)
        return Meter(label: name, dimensions: labels, factory: self)
    }

    /// A histogram of durations; the name ends in `_seconds`.
    package func timer(
        _ name: String, help: String, bounds: [Double] = latencyBounds, labels: [(String, String)] = []
    ) -> Timer {
        declare(name, .histogram, help: help, bounds: bounds)
        return Timer(label: name, dimensions: labels, factory: self)
    }

    /// A histogram of sizes.
    package func histogram(
        _ name: String, help: String, bounds: [Double] = sizeBounds, labels: [(String, String)] = []
    ) -> Recorder {
        declare(name, .histogram, help: help, bounds: bounds)
        return Recorder(label: name, dimensions: labels, aggregate: true, factory: self)
    }

    /// A value that is read when the metrics are asked for; `nil` leaves the line out.
    package func computed(
        _ name: String, isCounter: Bool = false, help: String, labels: [(String, String)] = [],
        _ read: @escaping @Sendable () -> Double?
    ) {
        declare(name, isCounter ? .counter : .gauge, help: help)
        families.withLock { $0[Self.metricName(name)]?.series[Self.render(labels)] = .computed(read) }
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counterCell(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counterCell(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gaugeCell(label, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogramCell(label, dimensions, Self.sizeBounds) : gaugeCell(label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogramCell(label, dimensions, Self.latencyBounds)
    }

    // Series live as long as the process: a scraper must not see a counter vanish.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: Text

    /// The whole registry in text format 0.0.4, families and series in the order of their names.
    package var text: String {
        // The cells are read outside the lock: a computed one may take locks of its own.
        MetricsText.render(families.withLock { $0 })
    }

    // MARK: Private

    private func declare(_ name: String, _ kind: MetricFamily.Kind, help: String, bounds: [Double] = []) {
        families.withLock {
            let name = Self.metricName(name)
            if $0[name] == nil {
                $0[name] = MetricFamily(kind: kind, help: help, bounds: bounds)
            }
        }
    }

    private func counterCell(_ label: String, _ labels: [(String, String)]) -> CounterCell {
        let made = CounterCell()
        let series = series(label, .counter, labels, else: .counter(made))
        if case .counter(let cell) = series { return cell }
        return made
    }

    private func gaugeCell(_ label: String, _ labels: [(String, String)]) -> GaugeCell {
        let made = GaugeCell()
        let series = series(label, .gauge, labels, else: .gauge(made))
        if case .gauge(let cell) = series { return cell }
        return made
    }

    private func histogramCell(_ label: String, _ labels: [(String, String)], _ bounds: [Double]) -> HistogramCell {
        let declared = families.withLock { $0[Self.metricName(label)]?.bounds } ?? bounds
        let made = HistogramCell(bounds: declared)
        let series = series(label, .histogram, labels, bounds: declared, else: .histogram(made))
        if case .histogram(let cell) = series { return cell }
        return made
    }

    /// The series of this name and labels, made when it is new.
    ///
    /// A name that another kind has taken gives back `made` without keeping it: it counts, and is not shown.
    private func series(
        _ label: String, _ kind: MetricFamily.Kind, _ labels: [(String, String)], bounds: [Double] = [],
        else made: MetricFamily.Series
    ) -> MetricFamily.Series {
        let name = Self.metricName(label)
        let key = Self.render(labels)
        return families.withLock { families in
            var family =
                families[name]
                ?? MetricFamily(kind: kind, help: name.split(separator: "_").joined(separator: " "), bounds: bounds)
            assert(family.kind == kind, "The metric \(name) is a \(family.kind.rawValue) already")
            guard family.kind == kind else { return made }
            if let series = family.series[key] { return series }
            family.series[key] = made
            families[name] = family
            return made
        }
    }

    private static func metricName(_ label: String) -> String {
        String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == ":" ? $0 : "_" })
    }

    private static func render(_ labels: [(String, String)]) -> String {
        labels.map { "\(metricName($0.0))=\"\(MetricsText.escaped($0.1))\"" }.joined(separator: ",")
    }
}
