import Models
import Notification
import Testing

@Suite struct QuietHoursTests {
    private func next(_ now: String, _ zone: String?, quiet: QuietHours = .standard) throws -> String {
        let local = LocalTime(zone)
        return quiet.nextDisturbance(notBefore: try Instant(rfc3339: now), in: local).description
    }

    @Test func `within working hours mail goes out at once`() throws {
        #expect(try next("2026-03-03T09:00:00Z", "Europe/Berlin") == "2026-03-03T09:00:00Z")
        #expect(try next("2026-03-03T07:00:00Z", "Europe/Berlin") == "2026-03-03T07:00:00Z")
        #expect(try next("2026-03-03T16:59:59Z", "Europe/Berlin") == "2026-03-03T16:59:59Z")
    }

    @Test func `in the evening, at night and at the weekend it waits for eight o'clock of a working day`() throws {
        #expect(try next("2026-03-03T17:00:00Z", "Europe/Berlin") == "2026-03-04T07:00:00Z")
        #expect(try next("2026-03-04T05:00:00Z", "Europe/Berlin") == "2026-03-04T07:00:00Z")
        // Friday evening, Saturday noon, Sunday night: Monday.
        for now in ["2026-03-06T18:00:00Z", "2026-03-07T11:00:00Z", "2026-03-08T22:30:00Z"] {
            #expect(try next(now, "Europe/Berlin") == "2026-03-09T07:00:00Z")
        }
    }

    @Test func `eight o'clock moves with the clocks`() throws {
        // Berlin goes to summer time on Sunday 2026-03-29, New York back on Sunday 2026-11-01.
        #expect(try next("2026-03-27T18:00:00Z", "Europe/Berlin") == "2026-03-30T06:00:00Z")
        #expect(try next("2026-10-30T23:00:00Z", "America/New_York") == "2026-11-02T13:00:00Z")
        #expect(try next("2026-10-29T23:00:00Z", "America/New_York") == "2026-10-30T12:00:00Z")
    }

    @Test func `a zone on the other side of the date line has its own Monday`() throws {
        // Sunday evening in London is Monday morning in Auckland, and Friday's noon there is Saturday's there.
        #expect(try next("2026-03-01T19:30:00Z", "Pacific/Auckland") == "2026-03-01T19:30:00Z")
        #expect(try next("2026-03-06T12:00:00Z", "Pacific/Auckland") == "2026-03-08T19:00:00Z")
    }

    @Test func `an unknown zone counts as UTC`() throws {
        #expect(try next("2026-03-03T07:30:00Z", "Mars/Olympus") == "2026-03-03T08:00:00Z")
        #expect(try next("2026-03-03T07:30:00Z", nil) == "2026-03-03T08:00:00Z")
        #expect(LocalTime("Mars/Olympus").identifier == "UTC")
    }

    @Test func `people may choose their own quiet hours, or none`() throws {
        let none = try #require(QuietHours(from: 0, until: 0, weekends: false))
        #expect(try next("2026-03-07T03:00:00Z", "UTC", quiet: none) == "2026-03-07T03:00:00Z")
        let lunch = try #require(QuietHours(from: 720, until: 780, weekends: false))
        #expect(try next("2026-03-07T12:10:00Z", "UTC", quiet: lunch) == "2026-03-07T13:00:00Z")
        #expect(try next("2026-03-07T13:00:00Z", "UTC", quiet: lunch) == "2026-03-07T13:00:00Z")
        let weekends = try #require(QuietHours(from: 0, until: 0, weekends: true))
        #expect(try next("2026-03-07T12:10:00Z", "UTC", quiet: weekends) == "2026-03-09T00:00:00Z")
        #expect(QuietHours(from: 1440, until: 0, weekends: true) == nil)
    }

    @Test func `where the clocks jump over the end of quiet, it ends at the jump`() throws {
        // In Berlin the minutes from 02:00 to 03:00 are missing on 2026-03-29.
        let early = try #require(QuietHours(from: 1200, until: 150, weekends: false))
        #expect(try next("2026-03-29T00:10:00Z", "Europe/Berlin", quiet: early) == "2026-03-29T01:00:00Z")
    }

    @Test func `a wall clock's time that comes twice is taken at its first coming`() throws {
        let berlin = LocalTime("Europe/Berlin")
        let day = try #require(Day("2026-10-25"))
        #expect(berlin.instant(of: day, minute: 150).description == "2026-10-25T00:30:00Z")
        #expect(berlin.reading(at: try Instant(rfc3339: "2026-10-25T01:30:00Z")) == .init(day: day, minute: 150))
    }

    @Test func `the digest is due on the next Monday at eight`() throws {
        let berlin = LocalTime("Europe/Berlin")
        for (now, digest) in [
            ("2026-03-03T09:00:00Z", "2026-03-09T07:00:00Z"), ("2026-03-09T09:00:00Z", "2026-03-16T07:00:00Z"),
            ("2026-03-08T23:30:00Z", "2026-03-16T07:00:00Z"),
        ] {
            let instant = try Instant(rfc3339: now)
            #expect(QuietHours.standard.nextDigest(after: instant, in: berlin).description == digest)
        }
    }
}
