package import Logging

/// Listens to channels on a connection of its own, for ever: a sequence of ``ListenerEvent``.
///
/// The first event is `.connected`. After a loss it reconnects with backoff and jitter and says
/// `.connected` again. Equal notifications that wait to be fetched are one; beyond 1024 different ones
/// it says `.connected` instead. The sequence ends when the task that iterates it is cancelled; its
/// connection is closed with the iterator.
package struct Listener: AsyncSequence, Sendable {
    package typealias Element = ListenerEvent
    package typealias Failure = Never

    let configuration: ConnectionConfiguration
    let channels: [String]
    let logger: Logger
    let alarm: (@Sendable () -> Void)?

    /// - Parameters:
    ///   - channels: Exact names; `LISTEN`'s folding to lower case does not apply.
    ///   - alarm: Called on the connection's own thread the moment that notifications arrive, for whoever must not lose the
    ///     time that it takes to resume a task; it must return at once. The sequence then says `.connected` alone.
    package init(
        configuration: ConnectionConfiguration, channels: [String], logger: Logger,
        alarm: (@Sendable () -> Void)? = nil
    ) {
        self.configuration = configuration
        self.channels = channels
        self.logger = logger
        self.alarm = alarm
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(state: State(self))
    }

    package struct Iterator: AsyncIteratorProtocol {
        let state: State

        /// The connection that listens, for statements beside: what arrives while one of its transactions is open is told
        /// when that has ended. `nil` before `.connected`; it may be gone.
        package var connection: Connection? { state.connection }

        package mutating func next() async -> ListenerEvent? {
            await state.next()
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async -> ListenerEvent? {
            await state.next()
        }
    }

    /// The iterator's state; the connection is closed with it.
    final class State {
        private let listener: Listener
        private(set) var connection: Connection?
        private var pending: [ListenerEvent] = []
        private var backoff = Backoff(from: .milliseconds(50), to: .seconds(5))

        init(_ listener: Listener) {
            self.listener = listener
        }

        deinit {
            connection?.closeSoon()
        }

        func next() async -> ListenerEvent? {
            while !Task.isCancelled {
                if !pending.isEmpty { return pending.removeFirst() }
                do throws(PostgresError) {
                    if let connection {
                        let (notifications, isComplete) = try await connection.nextNotifications()
                        if !isComplete { pending.append(.connected) }
                        pending += notifications.map { .notification(channel: $0.channel, payload: $0.payload) }
                    } else {
                        try await connect()
                    }
                } catch {
                    await retreat(error)
                }
            }
            connection?.closeSoon()
            connection = nil
            return nil
        }

        private func connect() async throws(PostgresError) {
            let connection = try await Connection.connect(listener.configuration, logger: listener.logger)
            self.connection = connection
            await connection.sound(listener.alarm)
            for channel in listener.channels { try await connection.listen(channel) }
            backoff.reset()
            pending = [.connected]
        }

        private func retreat(_ error: PostgresError) async {
            connection?.closeSoon()
            connection = nil
            guard error.kind != .cancelled else { return }
            listener.logger.info("Listener lost its connection and tries again", metadata: ["error": "\(error)"])
            // The sleep ends early only by cancellation, which the loop sees.
            try? await Task.sleep(for: backoff.next())
        }
    }
}
