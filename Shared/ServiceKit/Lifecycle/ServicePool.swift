package import Logging
package import Postgres

/// The pool that a service works with, as its settings say.
package enum ServicePool {
    /// How long a request waits for a connection before it is answered 503.
    private static let acquireTimeout = Duration.seconds(3)

    /// How long ingestion waits for the database's answer before it answers 503 itself. Longer than any statement of
    /// its own may take: a database that works ends those first, and then it is known what became of them.
    private static let answerTimeout = Duration.seconds(10)

    package static func configuration(_ settings: ServiceSettings) -> ConnectionConfiguration {
        var configuration = ConnectionConfiguration(
            url: settings.databaseURL.exposed, applicationName: settings.service.executable,
            connectTimeout: .seconds(5), answerTimeout: settings.service == .ingestion ? answerTimeout : nil)
        if settings.isDatabasePooled { configuration.preparedStatements = .off }
        return configuration
    }

    /// For a connection that needs its session for longer than a transaction: round the pooler where a way is given,
    /// else as all others, which ``ServiceSettings/sharesSessions`` tells.
    package static func sessionConfiguration(_ settings: ServiceSettings) -> ConnectionConfiguration {
        var configuration = configuration(settings)
        if let direct = settings.databaseDirectURL {
            configuration.url = direct.exposed
            configuration.preparedStatements = .cached(limit: 256)
        }
        return configuration
    }

    /// A pool that shows its metrics in `metrics`. It connects when it is asked for a connection, not before.
    package static func make(_ settings: ServiceSettings, metrics: MetricsRegistry, logger: Logger) -> PostgresPool {
        let pool = PostgresPool(
            configuration: configuration(settings), size: 1...settings.databasePoolSize,
            acquireTimeout: acquireTimeout, logger: logger)
        gauges(pool, metrics)
        counters(pool, metrics)
        return pool
    }

    private static func gauges(_ pool: PostgresPool, _ metrics: MetricsRegistry) {
        let states: [(String, @Sendable (PoolMetrics) -> Int)] = [
            ("idle", { $0.idle }), ("lent", { $0.lent }), ("connecting", { $0.connecting }),
        ]
        for (state, read) in states {
            metrics.computed(
                "onus_database_connections", help: "Connections of the pool, by what they do.",
                labels: [("state", state)]
            ) { [weak pool] in pool.map { Double(read($0.metrics)) } }
        }
        metrics.computed("onus_database_connections_max", help: "The most connections that the pool may have.") {
            [weak pool] in pool.map { Double($0.metrics.limit) }
        }
        metrics.computed("onus_database_waiting", help: "Requests that wait for a connection.") {
            [weak pool] in pool.map { Double($0.metrics.waiting) }
        }
    }

    private static func counters(_ pool: PostgresPool, _ metrics: MetricsRegistry) {
        let counters: [(String, String, @Sendable (PoolMetrics) -> Int)] = [
            ("connects", "Connections made.", { $0.connects }),
            ("connect_failures", "Connections that could not be made.", { $0.connectFailures }),
            ("acquire_timeouts", "Requests that got no connection in time.", { $0.timeouts }),
        ]
        for (name, help, read) in counters {
            metrics.computed("onus_database_\(name)_total", isCounter: true, help: help) { [weak pool] in
                pool.map { Double(read($0.metrics)) }
            }
        }
    }
}
