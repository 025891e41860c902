import Connectors
import Foundation
import Models
import ServiceKit

/// The parts that take what vendors push and fetch what they don't.
struct Vendors: Sendable {
    private let parts: ServiceParts
    private let hooks: HookBook
    private let polls: Polls
    private let intake: VendorIntake
    private let gate: BacklogGate
    private let metrics: HookMetrics

    init(
        _ parts: ServiceParts, store: EventStore, rules: RulesCache, gate: BacklogGate, events: IngestionMetrics,
        connectors: [String: Connector],
        secrets: (@Sendable (String) -> String?)?
    ) {
        self.parts = parts
        self.gate = gate
        let secrets =
            secrets.map(SecretSource.init(read:))
            ?? SecretSource(
                folder: parts.settings.values[SettingKeys.connectorSecrets], environment: ProcessEnvironment.variables)
        hooks = HookBook(pool: parts.pool, connectors: connectors, secrets: secrets)
        polls = Polls(pool: parts.pool)
        intake = VendorIntake(store: store, rules: rules)
        metrics = HookMetrics(parts.metrics, connectors: connectors, events: events)
    }

    func handler(_ admission: Admission) -> HookHandler {
        HookHandler(
            hooks: hooks, polls: polls, intake: intake, tokens: parts.tokens, admission: admission, gate: gate,
            metrics: metrics, faults: HookFaults(logger: parts.logger),
            now: { Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded())) })
    }

    func poller(_ fetch: @escaping ConnectorPoller.Fetch) -> ConnectorPoller {
        ConnectorPoller(
            polls: polls, hooks: hooks, intake: intake, fetch: fetch, metrics: metrics, logger: parts.logger)
    }
}
