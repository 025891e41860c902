import Models
import Testing

@Suite struct DayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-03-31", 20_543), ("0001-01-01", -719_162),
        ("9999-12-31", 2_932_896),
    ])
    func `a date is its number of days since 1970`(text: String, number: Int) throws {
        let day = try #require(Day(text))
        #expect(day.number == number)
        #expect(day.description == text)
        #expect(Day(number: number).description == text)
    }

    @Test(arguments: [
        "", "2026-3-31", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-04-00",
        "0000-01-01", "10000-01-01", "2026/03/31", "2026-03-31 ", "+026-03-31", "２０26-03-31", "2026-03-3a",
    ])
    func `what is no date of the calendar is refused`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test func `every day of 400 years reads back from its text and follows the one before`() throws {
        let first = try #require(Day("1870-01-01"))
        for number in first.number..<first.number + 146_097 {
            let day = Day(number: number)
            try #require(Day(day.description) == day)
        }
        #expect((first + 146_097).description == "2270-01-01")
    }

    @Test func `Mondays are the first day of the week, also before 1970`() {
        #expect(Day("2026-06-29")?.weekday == 1)
        #expect(Day("2026-07-05")?.weekday == 7)
        #expect(Day("1969-12-29")?.weekday == 1)
        #expect(Day("0001-01-01")?.weekday == 1)
    }

    @Test func `distances are signed`() {
        let day = Day(number: 10)
        #expect(day.distance(to: day + 5) == 5)
        #expect(day.distance(to: day - 5) == -5)
    }
}
