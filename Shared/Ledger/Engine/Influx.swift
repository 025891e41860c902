/// How fast one organisation's events come, so that a history that is being loaded is told from the day's events.
///
/// A level that each event raises by one, and that falls by `burst` in each `quiet`: at `burst` it is a load, until
/// nothing more of it has come for `quiet`.
struct Influx: Sendable {
    private var level = 0.0
    private var last: ContinuousClock.Instant
    /// When the load was last noticed; nil before it ever was.
    private var loading: ContinuousClock.Instant?
    /// When what the load left marked began to wait.
    private(set) var waitingSince: ContinuousClock.Instant?

    init(at now: ContinuousClock.Instant) {
        last = now
    }

    /// - Parameters:
    ///   - events: How many came now.
    ///   - burst: Events within `quiet` from which they count as a load.
    mutating func add(_ events: Int, burst: Int, quiet: Duration, at now: ContinuousClock.Instant) {
        let fallen = quiet > .zero ? (now - last) / quiet * Double(burst) : .infinity
        level = max(0, level - fallen) + Double(events)
        last = now
        let isBurst = level >= Double(burst)
        // What comes shortly after a burst belongs to it.
        guard isBurst || (isLoading(quiet, at: now) && events > 0) else { return }
        loading = now
        if waitingSince == nil { waitingSince = now }
    }

    func isLoading(_ quiet: Duration, at now: ContinuousClock.Instant) -> Bool {
        loading.map { now < $0 + quiet } ?? false
    }

    /// When the load counts as at rest, as far as is known; nil where that is now.
    ///
    /// - Parameter patience: How long it is waited for at most.
    func rest(_ quiet: Duration, patience: Duration, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard let loading, let waitingSince else { return nil }
        let rest = min(loading + quiet, waitingSince + patience)
        return rest > now ? rest : nil
    }

    /// What was marked is being computed: later marks wait anew.
    mutating func settle() {
        waitingSince = nil
    }
}
