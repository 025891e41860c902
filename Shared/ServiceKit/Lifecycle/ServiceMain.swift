import CoreMetrics
import Glibc
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import UnixSignals

/// The main function of every service: settings, logger, metrics, pool, checks, HTTP server, graceful end.
package enum ServiceMain {
    /// How long the services may take to finish what is in hand before they are cancelled.
    private static let grace = Duration.seconds(8)
    /// When the process ends whatever still runs; the platform kills at ten seconds.
    private static let lastMoment = Duration.seconds(9)

    /// Runs a service until SIGTERM or SIGINT, and ends the process with an ``ExitCode``.
    ///
    /// - Parameter assemble: Builds the service's own work and routes from the parts. It may throw
    ///   ``SettingsFaults`` for faults that lie between several settings.
    package static func run(
        _ service: ServiceName, assemble: (ServiceParts) async throws -> ServiceAssembly
    ) async -> Never {
        endAtOnceWhenTold()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") {
            print(ServiceSettings.help(of: service))
            exit(ExitCode.success.rawValue)
        }
        var logger = Log.logger(label: service.executable, level: .info)
        do {
            let settings = try ServiceSettings(
                service: service, environment: ProcessEnvironment.variables, arguments: arguments)
            logger.logLevel = settings.logLevel
            let level = settings.logLevel
            LoggingSystem.bootstrap { Log.handler(label: $0, level: level) }
            try await start(settings, logger, assemble)
            logger.info("Service stopped")
            exit(ExitCode.success.rawValue)
        } catch let faults as SettingsFaults {
            logger.critical(
                "Settings refused", metadata: ["faults": .array(faults.faults.map { .string($0) })])
            exit(ExitCode.usage.rawValue)
        } catch let refusal as StartRefusal {
            logger.critical("Start refused", metadata: ["reason": "\(refusal)"])
            exit(refusal.code.rawValue)
        } catch {
            logger.critical("Service failed", metadata: ["error": "\(error)"])
            exit(ExitCode.software.rawValue)
        }
    }

    /// Until the service group listens for signals itself, nothing is in hand: a signal ends the process, with the
    /// code of an end that was asked for.
    private static func endAtOnceWhenTold() {
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in _exit(0) }
        }
    }

    /// Ends a start that can't succeed before anything has begun to serve. A database that does not answer at once is
    /// no reason: ``CheckedStart`` waits for it.
    private static func refuseEarly(_ parts: ServiceParts) async throws {
        do {
            try await withTimeLimit(.seconds(1)) {
                try await DatabaseChecks(parts).run()
            }
        } catch let refusal as StartRefusal {
            throw refusal
        } catch {
            parts.logger.debug("Start checks put off", metadata: ["error": "\(error)"])
        }
    }

    private static func start(
        _ settings: ServiceSettings, _ logger: Logger, _ assemble: (ServiceParts) async throws -> ServiceAssembly
    ) async throws {
        if settings.isDatabasePooled {
            // libpq sends it as a parameter of its own, which PgBouncer keeps for each client; as one of `options` it
            // would refuse it. Nothing else runs yet that could read the environment.
            setenv("PGTZ", "UTC", 1)
        }
        let metrics = MetricsRegistry()
        ProcessMetrics.register(in: metrics)
        MetricsSystem.bootstrap(metrics)
        let pool = ServicePool.make(settings, metrics: metrics, logger: logger)
        let phase = StartPhase()
        let parts = ServiceParts(
            settings: settings, pool: pool, metrics: metrics, logger: logger,
            tokens: TokenVerifier(pool: pool), phase: phase)
        try await refuseEarly(parts)
        let assembly = try await assemble(parts)
        let (shutdown, started) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let mark = ShutdownMark(started: started)
        // Stopped in reverse: no new requests, then the work in hand, then the connections.
        var configuration = ServiceGroupConfiguration(
            services: [
                pool, CheckedStart(parts: parts, phase: phase, services: assembly.services),
                assembly.application(parts), mark,
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = grace
        let group = ServiceGroup(configuration: configuration)
        try await withThrowingDiscardingTaskGroup { tasks in
            tasks.addTask(name: "last moment") {
                for await _ in shutdown {
                    logger.info("Service stopping")
                    // Cancelled when everything has ended in time.
                    guard (try? await Task.sleep(for: lastMoment)) != nil else { return }
                    logger.warning(
                        "Service ended with work in hand", metadata: ["after_s": "\(lastMoment / .seconds(1))"])
                    exit(ExitCode.success.rawValue)
                }
            }
            defer { tasks.cancelAll() }
            do {
                try await group.run()
            } catch let error where mark.hasBegun {
                // Told to stop, we stop: what was cancelled half-way is taken up by whoever runs next.
                logger.warning("Work in hand was cancelled", metadata: ["error": "\(error)"])
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                let holder = PortHolder.describe(port: settings.port) ?? "another process"
                throw StartRefusal(
                    .unavailable,
                    "port \(settings.port): expected a free port on \(settings.host), got one that \(holder) listens on; "
                        + "stop it, or choose another with ONUS_PORT or --port")
            }
        }
    }
}
