import Models
import Postgres

// Models and Postgres don't know each other; here their days meet.

extension DateValue {
    init(_ day: Day) {
        self.init(daysSince1970: Int32(day.number))
    }
}

extension Day {
    init(_ date: DateValue) {
        self.init(number: Int(date.daysSince1970))
    }
}
