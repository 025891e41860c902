import ServiceLifecycle

/// The last of a group's services, and so the first that hears of the shutdown: it tells the watch that time runs.
struct ShutdownMark: Service {
    let started: AsyncStream<Void>.Continuation

    func run() async throws {
        // Cancelled: the group is ending anyway, and no time limit is needed.
        try? await gracefulShutdown()
        started.yield()
        started.finish()
    }
}
