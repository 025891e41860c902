import EventLog
import Hummingbird
import Schema
import ServiceKit
import ServiceLifecycle

/// The ingestion service: how its parts fit together.
struct IngestionService {
    private let parts: ServiceParts
    private let store: EventStore
    private let wakeUp: WakeUp
    private let metrics: IngestionMetrics
    private let rules: RulesCache
    /// The work beside requests, in the order of its dependencies.
    let services: [any Service]

    init(_ parts: ServiceParts) {
        self.parts = parts
        metrics = IngestionMetrics(parts.metrics)
        wakeUp = WakeUp(pool: parts.pool, logger: parts.logger)
        store = EventStore(pool: parts.pool, wakeUp: wakeUp, metrics: metrics, logger: parts.logger)
        rules = RulesCache(pool: parts.pool)
        services = [
            wakeUp, PartitionKeeper(pool: parts.pool, logger: parts.logger),
            QuarantineReleaser(pool: parts.pool, rules: rules, wakeUp: wakeUp, logger: parts.logger),
        ]
    }

    /// All routes, those that every service has included.
    func router() -> Router<ServiceRequestContext> {
        let router = parts.router()
        let megabytes = parts.settings.values[SettingKeys.ingestionMemory]
        let admission = Admission(budget: megabytes << 20)
        let events = EventsHandler(store: store, rules: rules, admission: admission, metrics: metrics)
        router.group("v1")
            .add(middleware: TokenAuthentication(parts.tokens, roles: [.integration, .lms]))
            .post("events") { request, context in try await events.handle(request, context) }
        SCIMRoutes(
            SCIMTransactions(pool: parts.pool, wakeUp: wakeUp, rules: rules, metrics: metrics), tokens: parts.tokens,
            admission: admission
        ).add(to: router)
        router.get("openapi.json") { _, _ in Response.json(OpenAPI.document) }
        return router
    }
}
