import Connectors
import Postgres
import ServiceKit

/// Hooks with all that their calls need, each asked for at most once a second.
struct HookBook: Sendable {
    /// A hook that can work here, or why it can't.
    enum Entry: Sendable {
        case ready(ReadyHook)
        case unusable(String)
    }

    private let connectors: [String: Connector]
    private let secrets: SecretSource
    private let entries: SharedLookup<String, Entry>

    init(pool: PostgresPool, connectors: [String: Connector], secrets: SecretSource) {
        self.connectors = connectors
        self.secrets = secrets
        let hooks = Hooks(pool: pool)
        entries = SharedLookup(lifetime: .seconds(1)) { name in
            try await hooks.named(name).map { Self.entry($0, connectors, secrets) }
        }
    }

    /// The hook of this name; nil where there is none, or it is switched off.
    func hook(named name: String) async throws -> Entry? {
        try await entries.value(for: name)
    }

    /// The same for a hook that is known already.
    func entry(of record: HookRecord) -> Entry {
        Self.entry(record, connectors, secrets)
    }

    private static func entry(
        _ record: HookRecord, _ connectors: [String: Connector], _ secrets: SecretSource
    ) -> Entry {
        guard let connector = connectors[record.connector] else {
            return .unusable("expected the connector \(record.connector) among those of ONUS_CONNECTORS")
        }
        do {
            return .ready(
                ReadyHook(
                    record: record, connector: connector, settings: try connector.settings(record.settings),
                    secrets: record.secret.map(secrets.values) ?? [],
                    apiSecrets: record.apiSecret.map(secrets.values) ?? []))
        } catch {
            return .unusable("\(error)")
        }
    }
}

/// A hook, its connector, and the values that were set for it.
struct ReadyHook: Sendable {
    let record: HookRecord
    let connector: Connector
    let settings: [String: String]
    let secrets: [String]
    let apiSecrets: [String]
}
