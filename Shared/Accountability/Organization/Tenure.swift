/// A maximal run of days on which one manager owns one person's performance, by all assignments that are known,
/// also those that begin after the scored day. Places and day numbers of the ``Organization``.
struct Tenure: Hashable, Sendable {
    let person: Int
    let manager: Int
    let first: Int
    /// ``endless`` where nothing known ends it.
    let last: Int

    static let endless = Int(Int32.max)

    var days: DayRange { DayRange(first: first, last: last) }
}
