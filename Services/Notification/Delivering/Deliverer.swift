package import Models
package import Postgres
internal import ServiceKit

/// Works off due deliveries: claims them with a lease, attempts each outside any transaction, writes the outcome.
///
/// A crash between an attempt and its outcome repeats the attempt under the same identity once the lease has run out.
package struct Deliverer: Sendable {
    private let pool: PostgresPool
    private let courier: Courier
    private let schedule: RetrySchedule
    private let batch: Int
    private let jitter: @Sendable () -> Double
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let pause: @Sendable (Duration) async throws -> Void
    private let report: @Sendable (ClaimedDelivery, DeliveryDecision) -> Void

    /// - Parameters:
    ///   - batch: Deliveries of one lane attempted at once.
    ///   - jitter: Draws from `0...1`.
    ///   - clock: What leases are measured by.
    ///   - pause: Waits while the database is away.
    ///   - report: Told of every outcome that was written.
    package init(
        pool: PostgresPool, courier: Courier, schedule: RetrySchedule = .standard, batch: Int = 8,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) },
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        report: @escaping @Sendable (ClaimedDelivery, DeliveryDecision) -> Void
    ) {
        self.pool = pool
        self.courier = courier
        self.schedule = schedule
        self.batch = batch
        self.jitter = jitter
        self.clock = clock
        self.pause = pause
        self.report = report
    }

    /// Attempts everything that is due. Lanes don't wait for one another: while one hangs, the others go on.
    ///
    /// - Parameters:
    ///   - now: What "due" is measured from; `nil`, as in production, is the database's clock.
    ///   - goesOn: Asked before each batch; when it says no, the batches in hand are finished and no other begins.
    /// - Returns: How many attempts were made.
    /// - Throws: ``PostgresError``, the first one, when all lanes have come to rest; claims that got no outcome run out.
    package func deliverAll(
        at now: Instant? = nil, while goesOn: @escaping @Sendable () -> Bool = { true }
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Step.self) { group in
            var lanes = LaneChoice()
            var attempts = 0
            var trouble: (any Error)?
            var ticks = false
            while true {
                if trouble == nil, goesOn(), !Task.isCancelled {
                    do {
                        let due = try await pool.withConnection { try await DueDeliveries.lanes($0, at: now) }
                        for lane in lanes.take(due) {
                            group.addTask { .batch(lane, await outcome(of: lane, at: now)) }
                        }
                    } catch {
                        // Thrown from here it would cut off what is under way, which then goes out twice.
                        trouble = error
                    }
                }
                guard !lanes.busy.isEmpty else { break }
                if !ticks, !Task.isCancelled {
                    ticks = true
                    group.addTask {
                        // Its only error is the cancellation that ends it.
                        try? await Task.sleep(for: .seconds(1))
                        return .tick
                    }
                }
                switch try await group.next() {
                case .batch(let lane, .success(let count)):
                    attempts += count
                    // Nothing claimed: others hold what is due.
                    lanes.finish(lane, rests: count == 0)
                case .batch(let lane, .failure(let error)):
                    trouble = trouble ?? error
                    lanes.finish(lane, rests: true)
                case .tick, nil:
                    ticks = false
                    lanes.wake()
                }
            }
            group.cancelAll()
            if let trouble { throw trouble }
            return attempts
        }
    }

    private enum Step: Sendable {
        case batch(DeliveryLane, Result<Int, any Error>)
        /// Time to look whether other lanes have something by now.
        case tick
    }

    private func outcome(of lane: DeliveryLane, at now: Instant?) async -> Result<Int, any Error> {
        do { return .success(try await deliverBatch(lane, at: now)) } catch { return .failure(error) }
    }

    private func deliverBatch(_ lane: DeliveryLane, at now: Instant?) async throws -> Int {
        let lease = Lease(from: clock())
        let claimed = try await pool.withTransaction { connection in
            try await OrganizationScope.enter(connection, lane.organization)
            return try await DueDeliveries.claim(connection, lane: lane, limit: batch, lease: Lease.length, at: now)
        }
        // One delivery's trouble must not cut off the attempts beside it.
        let troubles = await withTaskGroup(of: (any Error)?.self) { group in
            for delivery in claimed {
                group.addTask {
                    do {
                        try await deliver(delivery, within: lease, at: now)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        if let trouble = troubles.compactMap(\.self).first { throw trouble }
        return claimed.count
    }

    private func deliver(_ delivery: ClaimedDelivery, within lease: Lease, at now: Instant?) async throws {
        // Attempts that end without an outcome, as when they take the process down with them, count too.
        let attempt: Attempt =
            delivery.attempt > schedule.attempts
            ? .refused(because: "\(schedule.attempts) attempts ended without an outcome")
            : try await courier.attempt(delivery, within: lease, at: now)
        // An attempt that was cut off has an unknown outcome: the lease runs out, and the identity stays.
        if attempt != .delivered { try Task.checkCancellation() }
        let decision = DeliveryDecision(
            after: attempt, number: delivery.attempt, schedule: schedule, jitter: jitter())
        // Finished even when the task is cancelled meanwhile: an outcome that is lost means a second delivery.
        let writing = Task { try await write(decision, of: delivery, within: lease, at: now) }
        try await writing.value
        report(delivery, decision)
    }

    private static let writingInterval: Duration = .seconds(1)
    /// How long the last try has where the lease is over: a success counts all the same.
    private static let lastTry: Duration = .seconds(5)

    /// Tries for as long as the delivery is this worker's.
    private func write(
        _ decision: DeliveryDecision, of delivery: ClaimedDelivery, within lease: Lease, at now: Instant?
    ) async throws {
        while true {
            do {
                return try await withTimeLimit(max(lease.left(at: clock()), Self.lastTry)) {
                    try await finish(delivery, decision, at: now)
                }
            } catch let error as PostgresError where error.isUnavailability {
                guard lease.left(at: clock()) > Self.writingInterval else { throw error }
                try await pause(Self.writingInterval)
            }
        }
    }

    private func finish(_ delivery: ClaimedDelivery, _ decision: DeliveryDecision, at now: Instant?) async throws {
        try await pool.withTransaction { connection in
            try await OrganizationScope.enter(connection, delivery.organization)
            try await DueDeliveries.finish(connection, delivery, decision, at: now)
        }
    }
}
