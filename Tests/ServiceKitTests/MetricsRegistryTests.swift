import CoreMetrics
import ServiceKit
import Testing

@Suite struct MetricsRegistryTests {
    @Test func `counters, gauges and histograms are shown with help and type, sorted`() {
        let registry = MetricsRegistry()
        registry.counter("onus_events_total", help: "Events.", labels: [("form", "a\"b\\c\nd")]).increment(by: 3)
        registry.gauge("onus_level", help: "A level.").set(2.5)
        let timer = registry.timer("onus_wait_seconds", help: "Waits.", bounds: [0.1, 1])
        timer.recordNanoseconds(50_000_000)
        timer.recordNanoseconds(100_000_000)
        timer.recordNanoseconds(2_000_000_000)
        registry.computed("onus_answer", help: "It.") { 42 }
        #expect(
            registry.text == #"""
                # HELP onus_answer It.
                # TYPE onus_answer gauge
                onus_answer 42
                # HELP onus_events_total Events.
                # TYPE onus_events_total counter
                onus_events_total{form="a\"b\\c\nd"} 3
                # HELP onus_level A level.
                # TYPE onus_level gauge
                onus_level 2.5
                # HELP onus_wait_seconds Waits.
                # TYPE onus_wait_seconds histogram
                onus_wait_seconds_bucket{le="0.1"} 2
                onus_wait_seconds_bucket{le="1"} 2
                onus_wait_seconds_bucket{le="+Inf"} 3
                onus_wait_seconds_sum 2.15
                onus_wait_seconds_count 3

                """#)
    }

    @Test func `two handles of one name and labels are one series`() {
        let registry = MetricsRegistry()
        Counter(label: "pool.acquired_total", factory: registry).increment()
        Counter(label: "pool.acquired_total", factory: registry).increment()
        #expect(registry.text.contains("pool_acquired_total 2\n"))
    }

    @Test func `a computed value that is not there leaves its line out`() {
        let registry = MetricsRegistry()
        registry.computed("onus_nothing", help: "Nothing.") { nil }
        #expect(!registry.text.contains("onus_nothing \n"))
        #expect(!registry.text.contains("\nonus_nothing"))
    }
}
