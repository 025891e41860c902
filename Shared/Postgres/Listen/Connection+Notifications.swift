extension Connection {
    /// Asks for a channel's notifications on this connection.
    func listen(_ channel: String) async throws(PostgresError) {
        let quoted = channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        _ = try await perform { () throws(PostgresError) in
            try await run([Statement("LISTEN \"\(quoted)\"", isCached: false)], isPipeline: false)
        }
    }

    /// Has `alarm` called whenever notifications arrive, which nobody is given then.
    func sound(_ alarm: (@Sendable () -> Void)?) { self.alarm = alarm }

    func collectNotifications() {
        var hasArrived = false
        while let notification = wire.nextNotification() {
            if alarm == nil { notifications.append(notification) }
            hasArrived = true
        }
        if hasArrived { alarm?() }
        guard !notifications.isEmpty else { return }
        notificationWaiter?.resume()
        notificationWaiter = nil
    }

    /// Waits for notifications. One reader at a time.
    /// - Returns: At least one, or that some were dropped. Empty and complete when the task is cancelled.
    func nextNotifications() async throws(PostgresError) -> (notifications: [Notification], isComplete: Bool) {
        while notifications.isEmpty && !Task.isCancelled {
            guard wire.isOpen, !wire.isBroken else { throw lost() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    if Task.isCancelled || !notifications.isEmpty || wire.isBroken {
                        continuation.resume()
                    } else {
                        notificationWaiter = continuation
                    }
                }
            } onCancel: {
                executor.run {
                    self.assumeIsolated {
                        $0.notificationWaiter?.resume()
                        $0.notificationWaiter = nil
                    }
                }
            }
        }
        return notifications.take()
    }
}
