internal import ArgumentParser
internal import Models

// Conversions of arguments: wrong ones end with 64 and say what was expected.

/// How a result is written.
enum ResultFormat: String, CaseIterable, ExpressibleByArgument {
    case json, table
}

/// A day as an argument.
struct DayArgument: ExpressibleByArgument {
    let day: Day

    init?(argument: String) {
        guard let day = Day(argument) else { return nil }
        self.day = day
    }
}

/// An instant as an argument.
struct InstantArgument: ExpressibleByArgument {
    let instant: Instant

    init?(argument: String) {
        // What is wrong with it follows from what the help names: RFC 3339.
        guard let instant = try? Instant(rfc3339: argument) else { return nil }
        self.instant = instant
    }
}

/// A person as an argument.
struct PersonArgument: ExpressibleByArgument {
    let person: PersonID

    init?(argument: String) {
        // Refused: empty, too long, or with a null character.
        guard let person = try? PersonID(argument) else { return nil }
        self.person = person
    }
}
