import HTTPTypes
package import Hummingbird
import Models

/// `GET /healthz`, `GET /readyz` and `GET /metrics`, alike in every service and open to all.
package struct HealthRoutes: Sendable {
    private let readiness: @Sendable () async -> ReadinessReport
    private let metrics: MetricsRegistry

    package init(metrics: MetricsRegistry, readiness: @escaping @Sendable () async -> ReadinessReport) {
        self.metrics = metrics
        self.readiness = readiness
    }

    package func add(to router: Router<some RequestContext>) {
        router.get("healthz") { _, _ in
            Response.json(["status": "alive"], headers: [.cacheControl: "no-store"])
        }
        router.get("readyz") { [readiness] _, _ in
            let report = await readiness()
            guard report.isReady else {
                var extensions = JSONObject()
                extensions.append("checks", report.json)
                return ProblemDetails(
                    .serviceUnavailable, detail: report.detail, extensions: extensions,
                    headers: [.retryAfter: "1", .cacheControl: "no-store"]
                ).response
            }
            return Response.json(
                ["status": "ready", "checks": report.json], headers: [.cacheControl: "no-store"])
        }
        router.get("metrics") { [metrics] _, _ in
            Response(
                status: .ok, headers: [.contentType: MetricsText.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
        }
    }
}
