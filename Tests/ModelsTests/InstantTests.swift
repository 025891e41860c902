import Models
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01T00:00:01.5Z", 1_500_000),
        ("1969-12-31T23:59:59.999999Z", -1), ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T18:30:00-05:30", 0),
        ("1970-01-01T00:00:00-00:00", 0), ("1970-01-01T23:59:00+23:59", 0),
        ("1970-01-01T00:00:00.1234569999999999999999Z", 123_456), ("1969-12-31T23:59:59.9999999Z", -1),
    ])
    func `an RFC 3339 time is microseconds since 1970, what is finer cut off`(text: String, microseconds: Int64) throws
    {
        #expect(try Instant(rfc3339: text).microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026-03-31", "2026-03-31T10:00Z", "2026-03-31 10:00:00Z", "2026-03-31T10:00:00", "2026-03-31T24:00:00Z",
        "2026-03-31T10:60:00Z", "2026-03-31T23:59:60Z", "2026-06-30T23:59:60.5Z", "2026-03-31T10:00:00.Z",
        "2026-03-31T10:00:00,5Z", "2026-03-31T10:00:00+0100", "2026-03-31T10:00:00+24:00", "2026-03-31T10:00:00+01:60",
        "2026-03-31T10:00:00+01", "2026-03-31T10:00:00ZZ", "2026-03-31T10:00:00Z ", "2026-02-29T10:00:00Z",
        "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-03-31T10:00:00.5",
        "-001-03-31T10:00:00Z", "2026-03-31T1０:00:00Z",
    ])
    func `what is no RFC 3339 time of the years 1 to 9999 in UTC is refused`(text: String) {
        #expect(throws: InvalidValue.self) { try Instant(rfc3339: text) }
    }

    @Test func `the ends of the range are taken`() throws {
        #expect(try Instant(rfc3339: "0001-01-01T00:00:00Z").day == Day.first)
        #expect(try Instant(rfc3339: "9999-12-31T23:59:59.9999999Z").day == Day.last)
        #expect(try Instant(rfc3339: "0001-01-01T00:00:00-00:01").day == Day.first)
    }

    @Test func `the day is the UTC date, also before 1970`() throws {
        #expect(try Instant(rfc3339: "2026-03-31T23:30:00-01:00").day.description == "2026-04-01")
        #expect(Instant(microseconds: -1).day.description == "1969-12-31")
        #expect(Instant(microseconds: -Instant.microsecondsPerDay).day.description == "1969-12-31")
    }

    @Test(arguments: ["2026-03-31T09:30:05Z", "1969-12-31T23:59:59.000001Z", "0001-01-01T00:00:00.1Z"])
    func `a description reads back`(text: String) throws {
        #expect(try Instant(rfc3339: text).description == text)
    }
}
