/// What a pool has done since its start, and how it stands.
package struct PoolMetrics: Sendable, Hashable {
    package var idle = 0
    package var lent = 0
    package var connecting = 0
    package var waiting = 0
    /// The most connections it may have.
    package var limit = 0
    /// Connections lent out that were idle or handed on; new ones count in `connects`.
    package var acquisitions = 0
    package var connects = 0
    package var connectFailures = 0
    /// Requests that got no connection in time.
    package var timeouts = 0
}
