import AsyncHTTPClient
import Logging
import Postgres
import ServiceKit
import Synchronization

@main
struct Start {
    static func main() async {
        // Held here, where nothing ends before the process does: a client may not be let go of while it is open, and a
        // start that is refused never gets to the service that closes it.
        let held = Mutex<HTTPClient?>(nil)
        await ServiceMain.run(.notification) { parts in
            let settings = try NotificationSettings(parts.settings)
            if let warning = settings.warning { parts.logger.warning("\(warning)") }
            let client = HTTPClient(configuration: WebhookTransport.configuration(calling: settings.reach))
            held.withLock { $0 = client }
            let metrics = NotificationMetrics(parts.metrics)
            let courier = Courier(
                pool: parts.pool, mail: settings.mail, webhooks: WebhookTransport(client: client),
                links: settings.links, now: { WallClock.now() })
            let work = NotificationWork(
                planner: Planner(
                    pool: parts.pool, isMailConfigured: settings.mail != nil, report: { metrics.planned($0) }),
                deliverer: Deliverer(
                    pool: parts.pool, courier: courier,
                    report: DeliveryReport(metrics: metrics, logger: parts.logger).callAsFunction),
                listener: Listener(
                    configuration: ServicePool.sessionConfiguration(parts.settings),
                    channels: [NotificationWork.channel],
                    logger: parts.logger),
                logger: parts.logger)
            let router = parts.router()
            UnsubscribeRoutes(pool: parts.pool, links: settings.links).add(to: router)
            return ServiceAssembly(services: [HTTPClientLifetime(client: client), work], router: router)
        }
    }
}
