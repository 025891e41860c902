package import Hummingbird
package import HummingbirdCore
package import Logging
package import NIOCore
package import Postgres

/// What every service is built from. Made once by ``ServiceMain``; tests make their own.
package struct ServiceParts: Sendable {
    package let settings: ServiceSettings
    package let pool: PostgresPool
    package let metrics: MetricsRegistry
    package let logger: Logger
    /// Tells whose token a request carries.
    package let tokens: TokenVerifier
    private let phase: StartPhase

    /// - Parameter phase: Where the start stands; a new one counts as passed.
    package init(
        settings: ServiceSettings, pool: PostgresPool, metrics: MetricsRegistry, logger: Logger,
        tokens: TokenVerifier, phase: StartPhase = StartPhase(waitingFor: nil)
    ) {
        self.settings = settings
        self.pool = pool
        self.metrics = metrics
        self.logger = logger
        self.tokens = tokens
        self.phase = phase
    }

    /// A router that answers `/healthz`, `/readyz` and `/metrics`, and HEAD wherever it answers GET.
    package func router<Context: RequestContext>(context: Context.Type = ServiceRequestContext.self) -> Router<Context>
    {
        let router = Router(context: context, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
        let readiness = DatabaseReadiness(pool: pool, phase: phase)
        HealthRoutes(metrics: metrics, readiness: { await readiness.report() }).add(to: router)
        return router
    }

    /// When a connection is closed on which nothing happens.
    package static let idleTimeout = TimeAmount.seconds(60)

    /// The HTTP server over a complete router: problem details for every error, 405 with `Allow`, request metrics.
    ///
    /// - Parameter server: What serves a connection; it keeps to ``idleTimeout``.
    package func application<Context: RequestContext>(
        _ router: Router<Context>, server: HTTPServerBuilder = .http1(configuration: .init(idleTimeout: idleTimeout))
    ) -> Application<EdgeResponder<Context>>
    where Context.Source == ApplicationRequestContextSource {
        Application(
            responder: EdgeResponder(router, metrics: metrics),
            server: server,
            configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
            logger: logger)
    }
}
