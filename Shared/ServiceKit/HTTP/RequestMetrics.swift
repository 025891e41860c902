import CoreMetrics
package import HTTPTypes
import Synchronization

/// Requests counted and timed by method, route template and status.
///
/// The labels are bounded: a path that matches no route is `unmatched`, an unusual method `other`.
package final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Series {
        let count: Counter
        let duration: Timer
    }

    private let registry: MetricsRegistry
    private let series = Mutex<[Key: Series]>([:])
    private let active: Meter

    /// - Parameter registry: Several of these over one registry count together.
    package init(registry: MetricsRegistry) {
        self.registry = registry
        active = registry.gauge("http_server_active_requests", help: "Requests that are being served.")
    }

    package func started() { active.increment() }

    package func finished(
        method: HTTPRequest.Method, route: String?, status: HTTPResponse.Status, after duration: Duration
    ) {
        active.decrement()
        let method = Self.usualMethods.contains(method) ? method.rawValue : "other"
        let series = series(of: Key(method: method, route: route ?? "unmatched", status: status.code))
        series.count.increment()
        series.duration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    private func series(of key: Key) -> Series {
        series.withLock { all in
            if let series = all[key] { return series }
            let labels = [("method", key.method), ("route", key.route)]
            let series = Series(
                count: registry.counter(
                    "http_server_requests_total", help: "Requests answered.",
                    labels: labels + [("status", "\(key.status)")]),
                duration: registry.timer(
                    "http_server_request_duration_seconds", help: "Time from a request's head to its answer.",
                    labels: labels))
            all[key] = series
            return series
        }
    }

    private static let usualMethods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options,
    ]
}
