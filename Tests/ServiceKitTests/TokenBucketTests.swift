import ServiceKit
import Testing

@Suite struct TokenBucketTests {
    private let start = ContinuousClock.now

    @Test func `a second's worth may come at once, and then one in each part of a second`() {
        var bucket = TokenBucket(rate: 10, at: start)
        for _ in 0..<10 { #expect(bucket.admit(at: start) == nil) }
        let wait = bucket.admit(at: start)
        #expect(wait == .milliseconds(100))
        #expect(bucket.admit(at: start + .milliseconds(99)) != nil)
        #expect(bucket.admit(at: start + .milliseconds(100)) == nil)
        #expect(bucket.admit(at: start + .milliseconds(100)) != nil)
    }

    @Test func `a large request passes whole, and those after it wait until it is paid for`() {
        var bucket = TokenBucket(rate: 10, at: start)
        #expect(bucket.admit(at: start) == nil)
        let debt = bucket.take(999, at: start)
        #expect(debt == .seconds(99))
        let wait = bucket.admit(at: start) ?? .zero
        #expect(abs(wait / .seconds(1) - 99.1) < 1e-6)
        #expect(bucket.admit(at: start + .seconds(99)) != nil)
        #expect(bucket.admit(at: start + wait) == nil)
    }

    @Test func `rest saves up no more than a second's worth`() {
        var bucket = TokenBucket(rate: 2, at: start)
        let later = start + .seconds(3600)
        #expect(bucket.admit(at: later) == nil && bucket.admit(at: later) == nil)
        #expect(bucket.admit(at: later) == .milliseconds(500))
        var full = TokenBucket(rate: 2, at: start)
        let isFull = full.isFull(at: later)
        #expect(isFull)
    }

    @Test func `a clock that stands still or goes back gives nothing`() {
        var bucket = TokenBucket(rate: 1, at: start)
        #expect(bucket.admit(at: start) == nil)
        #expect(bucket.admit(at: start - .seconds(5)) == .seconds(1))
        #expect(bucket.admit(at: start) == .seconds(1))
    }

    @Test func `in the long run no more than the rate passes, whatever the sizes`() {
        var bucket = TokenBucket(rate: 7, at: start)
        var passed = 0
        for step in 0..<10_000 {
            let now = start + .milliseconds(10 * step)
            guard bucket.admit(at: now) == nil else { continue }
            passed += 1 + step % 5
            _ = bucket.take(step % 5, at: now)
        }
        // A hundred seconds, the first second's worth, and the last request's debt.
        #expect((700...712).contains(passed))
    }
}
