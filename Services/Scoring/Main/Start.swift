import EventLog
import Ledger
import ServiceKit

/// `onus-scoring`: follows the log, keeps scores and notices in line with it, and turns the days.
@main
struct Start {
    static func main() async {
        await ServiceMain.run(.scoring) { parts in
            let configuration = ServicePool.sessionConfiguration(parts.settings)
            let log = LogConsumer(name: ScoringService.consumer, pool: parts.pool)
            let sleeper = Sleeper(
                pool: parts.pool, configuration: configuration, consumer: ScoringService.consumer,
                // Without notifications it is the poll that finds events.
                interval: parts.settings.sharesSessions ? .seconds(1) : .seconds(5), logger: parts.logger)
            var options = ScoringWorker.Options()
            options.parallelism = Cores.count
            let scoring = ScoringService(
                worker: ScoringWorker(pool: parts.pool, log: log, options: options, logger: parts.logger),
                sleeper: sleeper,
                leadership: Leadership(
                    configuration: configuration, sharesSessions: parts.settings.sharesSessions, logger: parts.logger),
                metrics: ScoringMetrics(parts.metrics), logger: parts.logger)
            return ServiceAssembly(services: [sleeper, scoring])
        }
    }
}
