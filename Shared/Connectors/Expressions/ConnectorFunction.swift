/// The functions of the expression language.
package enum ConnectorFunction: String, CaseIterable, Sendable {
    // Text
    case concat, lower, upper, trim, text, hash, starts
    // Time
    case date, day, time, minutes, past, now
    // Choice
    case boolean, not, and, or, equals, `in`, present, `if`, map
    // Structure
    case get, find, select, reject, first, last, count
    // Numbers
    case divide, round
    // The call
    case header, setting, hook, source

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .now, .hook, .source: 0...0
        case .lower, .upper, .trim, .text, .date, .day, .time, .past, .boolean, .not, .present, .first, .last, .count,
            .round,
            .header, .setting:
            1...1
        case .minutes, .equals, .map, .get, .divide, .starts: 2...2
        case .if, .find, .select, .reject: 3...3
        case .concat, .hash: 1...16
        case .and, .or, .in: 2...16
        }
    }

    /// Whether the argument at this place is a text that is known when the file is read: a name, or a pointer.
    func wantsName(at index: Int) -> Bool {
        switch self {
        case .header, .setting: index == 0
        case .map, .get, .find, .select, .reject: index == 1
        default: false
        }
    }
}
