import Models
import Postgres

/// What an account said about its person, and what it says now, as events.
struct AssignmentChange: Sendable {
    /// `nil`: there was no account.
    let before: PersonUpdated?
    /// `nil`: there is none any more.
    let after: PersonUpdated?

    static let source = "/scim/v2"

    /// The assignments to record from `day` on: none where nothing changed, so that a request sent again says nothing
    /// twice; two where the account got another person, because the old one leaves.
    ///
    /// A leaver keeps the manager: to them falls what the leaver leaves.
    func assignments(on day: Day) -> [PersonUpdated] {
        var changed: [PersonUpdated] = []
        if var before, before.active, before.person != after?.person {
            before.active = false
            before.effectiveFrom = day
            changed.append(before)
        }
        if var after {
            after.effectiveFrom = day
            var same = before
            same?.effectiveFrom = day
            if after != same { changed.append(after) }
        }
        return changed
    }

    /// - Parameters:
    ///   - account: Whose identifier makes the events' own.
    ///   - number: Of the account's first event among these; no number is used twice.
    ///   - time: When it happens, later than the account's events before.
    func events(account: UUIDBytes, from number: Int, at time: Instant) -> [Event] {
        assignments(on: time.day).enumerated().map { index, assignment in
            Event(
                identity: EventIdentity(source: Self.source, id: "\(account)-\(number + index)"), time: time,
                payload: .personUpdated(assignment))
        }
    }
}
