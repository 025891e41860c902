import Connectors
import EventLog
import Foundation
import Hummingbird
import HummingbirdCore
import Models
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
    private let admission: Admission
    private let gate: BacklogGate
    private let tiers: IdentityTiers
    let watch: BacklogWatch
    private let vendors: Vendors
    private let lane: EventLane
    /// The work beside requests, in the order of its dependencies.
    let services: [any Service]

    /// - Parameters:
    ///   - connectors: What vendors' hooks may use, by name.
    ///   - secrets: The secrets of hooks, by name; nil: from the folder and the variables that the settings name.
    ///   - fetch: Asks vendors; nil: nothing is polled.
    ///   - clock: What the age of an organisation's rules is measured by.
    init(
        _ parts: ServiceParts, connectors: [String: Connector] = [:],
        secrets: (@Sendable (String) -> String?)? = nil, fetch: ConnectorPoller.Fetch? = nil,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.parts = parts
        metrics = IngestionMetrics(parts.metrics)
        wakeUp = WakeUp(pool: parts.pool, logger: parts.logger)
        let settings = parts.settings.values
        admission = Admission(budget: settings[SettingKeys.ingestionMemory] << 20)
        gate = BacklogGate(limit: settings[SettingKeys.ingestionBacklog])
        var limits = GroupCommitter.Limits()
        limits.pendingEvents = settings[SettingKeys.ingestionPending]
        limits.pendingBytes = settings[SettingKeys.ingestionPendingMemory] << 20
        let tiers = IdentityTiers()
        self.tiers = tiers
        store = EventStore(
            pool: parts.pool, wakeUp: wakeUp, tiers: tiers, gate: gate, limits: limits, metrics: metrics,
            logger: parts.logger)
        watch = BacklogWatch(pool: parts.pool, gate: gate, logger: parts.logger)
        rules = RulesCache(pool: parts.pool, now: clock)
        lane = EventLane(
            store: store, rules: rules, admission: admission, gate: gate, tokens: parts.tokens, metrics: metrics,
            requests: RequestMetrics(registry: parts.metrics), logger: parts.logger, now: Self.now)
        vendors = Vendors(
            parts, store: store, rules: rules, gate: gate, events: metrics, connectors: connectors, secrets: secrets)
        var services: [any Service] = [
            wakeUp, PartitionKeeper(pool: parts.pool, logger: parts.logger),
            IdentityKeeper(
                pool: parts.pool, tiers: tiers, size: settings[SettingKeys.ingestionTier], logger: parts.logger),
            watch,
            QuarantineReleaser(
                pool: parts.pool, rules: rules, translate: KeptTranslation(connectors).translate, wakeUp: wakeUp,
                logger: parts.logger),
        ]
        if let fetch { services.append(vendors.poller(fetch)) }
        self.services = services
        showLimits(limits)
        showTiers()
    }

    /// All routes, those that every service has included.
    func router() -> Router<ServiceRequestContext> {
        let router = parts.router()
        let events = EventsHandler(
            store: store, rules: rules, admission: admission, gate: gate, tokens: parts.tokens, metrics: metrics)
        router.group("v1")
            .add(middleware: TokenAuthentication(parts.tokens, roles: [.integration, .lms]))
            .post("events") { request, context in try await events.handle(request, context) }
        SCIMRoutes(
            SCIMTransactions(
                pool: parts.pool, wakeUp: wakeUp, tiers: tiers, rules: rules, metrics: metrics,
                limits: parts.tokens.limits,
                gate: gate),
            tokens: parts.tokens, admission: admission
        ).add(to: router)
        let hooks = vendors.handler(admission)
        // Without the tokens' middleware: vendors sign their calls.
        router.post("v1/hooks/:name") { request, context in try await hooks.handle(request, context) }
        XAPIRoutes(
            XAPIStatements(pool: parts.pool, wakeUp: wakeUp, tiers: tiers, rules: rules, metrics: metrics),
            tokens: parts.tokens,
            admission: admission, gate: gate
        ).add(to: router)
        router.get("openapi.json") { _, _ in Response.json(OpenAPI.document) }
        DocsRoute.add(to: router)
        return router
    }

    /// What serves a connection: the lane, and what it leaves goes to the router.
    var server: HTTPServerBuilder {
        HTTPServerBuilder { [lane] responder in
            LaneChannel(lane, idleTimeout: ServiceParts.idleTimeout, responder: responder)
        }
    }

    @Sendable private static func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }

    /// Each limit beside what is used of it.
    private func showLimits(_ limits: GroupCommitter.Limits) {
        let shown: [(name: String, help: String, use: @Sendable () -> Int, limit: Int)] = [
            (
                "memory_bytes", "Memory of the request bodies in hand.", { [admission] in admission.used },
                admission.budget
            ),
            (
                "pending_events", "Single events that wait to be durable.", { [store] in store.pending.events },
                limits.pendingEvents
            ),
            (
                "pending_bytes", "Memory of the single events that wait to be durable.",
                { [store] in store.pending.bytes }, limits.pendingBytes
            ),
            (
                "backlog_events", "Events that scoring has not read, about.",
                { [gate] in gate.events }, gate.limit
            ),
        ]
        for (name, help, use, limit) in shown {
            parts.metrics.computed("onus_ingestion_\(name)", help: help) { Double(use()) }
            parts.metrics.computed(
                "onus_ingestion_\(name)_limit", help: "The limit of onus_ingestion_\(name); 0: none."
            ) {
                Double(limit)
            }
        }
    }

    private func showTiers() {
        let shown: [(name: String, help: String, value: @Sendable (IdentityTiers.Measure) -> Int)] = [
            ("identity_tiers_closed", "Closed tiers of identities.", { $0.closed }),
            (
                "identity_tiers_without_filter", "Closed tiers of identities that every append is looked for in.",
                { $0.withoutFilter }
            ),
            ("identity_filter_bytes", "Memory of the closed tiers' filters.", { $0.filterBytes }),
        ]
        for (name, help, value) in shown {
            parts.metrics.computed("onus_ingestion_\(name)", help: help) { [tiers] in Double(value(tiers.measure)) }
        }
    }
}
