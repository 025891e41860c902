import Testing

@testable import Ledger

@Suite struct InfluxTests {
    private static let quiet = Duration.seconds(1)

    @Test func `many events within a second are a load, until nothing more comes for a second`() {
        let start = ContinuousClock.now
        var influx = Influx(at: start)
        for step in 0..<10 { influx.add(20, burst: 100, quiet: Self.quiet, at: start + .milliseconds(50 * step)) }
        let last = start + .milliseconds(450)
        #expect(influx.isLoading(Self.quiet, at: last + .milliseconds(900)))
        #expect(influx.rest(Self.quiet, patience: .seconds(10), at: last) == last + Self.quiet)
        #expect(influx.rest(Self.quiet, patience: .seconds(10), at: last + .milliseconds(1_001)) == nil)
    }

    @Test func `a steady stream of single events is no load`() {
        let start = ContinuousClock.now
        var influx = Influx(at: start)
        for step in 0..<1_000 { influx.add(1, burst: 100, quiet: Self.quiet, at: start + .milliseconds(20 * step)) }
        #expect(!influx.isLoading(Self.quiet, at: start + .seconds(20)))
    }

    @Test func `a load that doesn't end is waited for only so long`() {
        let start = ContinuousClock.now
        var influx = Influx(at: start)
        for step in 0...20 { influx.add(500, burst: 100, quiet: Self.quiet, at: start + .milliseconds(500 * step)) }
        let now = start + .seconds(10)
        #expect(influx.rest(Self.quiet, patience: .seconds(10), at: now) == nil)
        influx.settle()
        influx.add(500, burst: 100, quiet: Self.quiet, at: now)
        #expect(influx.rest(Self.quiet, patience: .seconds(10), at: now) == now + Self.quiet)
    }
}
