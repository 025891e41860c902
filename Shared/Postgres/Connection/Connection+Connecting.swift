extension Connection {
    /// Goes through libpq's connection steps, watching whatever socket each of them leaves.
    func open(_ parameters: [String: String], within limit: Duration) async throws(PostgresError) {
        guard !Task.isCancelled else { throw .cancelled() }
        let number = operation.begin()
        executor.watch(
            SocketLoop.Owner(
                interest: { [weak self] in self?.assumeIsolated { $0.interest } },
                isReady: { [weak self] events in self?.assumeIsolated { $0.socketIsReady(events) } }))
        executor.after(limit) { [weak self] in
            self?.assumeIsolated { $0.breakOff(connecting: number, cancelled: false) }
        }
        let outcome = await withTaskCancellationHandler {
            await connectSteps(parameters, limit: limit)
        } onCancel: {
            executor.run { [weak self] in
                self?.assumeIsolated { $0.breakOff(connecting: number, cancelled: true) }
            }
        }
        operation.isRunning = false
        if let failure = outcome {
            shut()
            throw failure
        }
        publishCondition()
    }

    private func connectSteps(_ parameters: [String: String], limit: Duration) async -> PostgresError? {
        guard wire.start(parameters, notices: NoticeSink(logger: logger)) else { return connectFailure }
        var progress = Wire.Progress.needsWrite
        while true {
            switch progress {
            case .done: return wire.beginExchange() ? nil : connectFailure
            case .failed: return connectFailure
            case .needsRead, .needsWrite: await socketIsReady(forWriting: progress == .needsWrite)
            }
            if operation.isCancelled { return .cancelled() }
            if operation.isExpired {
                return PostgresError(.connectionFailed, "no answer within \(limit)")
            }
            progress = wire.poll()
        }
    }

    private var connectFailure: PostgresError { PostgresError(.connectionFailed, wire.errorMessage) }

    private func socketIsReady(forWriting: Bool) async {
        await withCheckedContinuation {
            connecting = (forWriting, $0)
            if operation.isCancelled || operation.isExpired { stopConnecting() }
        }
    }

    func stopConnecting() {
        let step = connecting
        connecting = nil
        step?.continuation.resume()
    }

    private func breakOff(connecting number: UInt64, cancelled: Bool) {
        guard operation.isRunning, operation.number == number else { return }
        if cancelled { operation.isCancelled = true } else { operation.isExpired = true }
        stopConnecting()
    }
}
