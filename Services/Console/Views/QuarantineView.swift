import EventLog
import Models

/// The list of rejected events: `quarantine.mustache`.
struct QuarantineListView: Sendable {
    struct Row: Sendable {
        let id: Int64
        let href: String
        let received: String
        let times: Int
        let type: String
        let event: String
        let pointer: String
        let detail: String
        let corrected: Bool
    }

    struct Choice: Sendable {
        let href: String
        let label: String
        let current: Bool
    }

    let viewer: ViewerBar?
    let asOf: String? = nil
    let lead: String
    let states: [Choice]
    let hasRows: Bool
    let rows: [Row]
    /// The next page's path, `nil` on the last.
    let more: String?

    init(viewer: ViewerBar, state: QuarantinedEvent.State, events: [QuarantinedEvent], next: Int64?) {
        self.viewer = viewer
        lead =
            switch state {
            case .held: events.isEmpty ? "Nothing is held." : "What was refused, why, and what would make it valid."
            case .approved: "Released by an operator; ingestion stores these within seconds."
            case .released: "In the log now."
            case .discarded: "Given up; what comes again with the same bytes is not held again."
            }
        states = QuarantinedEvent.State.allCases.map {
            Choice(href: "/quarantine?state=\($0.rawValue)", label: $0.rawValue, current: $0 == state)
        }
        hasRows = !events.isEmpty
        rows = events.map { event in
            Row(
                id: event.id, href: "/quarantine/\(event.id)", received: event.lastReceived.description,
                times: event.times, type: event.type ?? event.hook.map { "by the hook \($0)" } ?? "unknown type",
                event: [event.source, event.eventID].compactMap(\.self).joined(separator: " "),
                pointer: event.pointer, detail: event.detail, corrected: event.fixed != nil)
        }
        more = next.map { "/quarantine?state=\(state.rawValue)&after=\($0)" }
    }
}

/// One rejected event: `rejected.mustache`.
struct QuarantineView: Sendable {
    let viewer: ViewerBar?
    let asOf: String? = nil
    let id: Int64
    let type: String
    let event: String
    let state: String
    let received: String
    let times: String
    let pointer: String
    let title: String
    let detail: String
    /// What came of the last button.
    let said: String?
    /// Whether it waits for an operator and has a text to work on.
    let canChange: Bool
    let isHeld: Bool
    /// The text in the form; `nil` where none is kept.
    let text: String?
    let rows: Int
    let settled: String?
    /// The hook that a vendor's item came by, while it is nothing else.
    let hook: String?

    /// - Parameter typed: What the operator typed, where it could not be taken.
    init(viewer: ViewerBar, event: QuarantinedEvent, said: String?, typed: String?) {
        self.viewer = viewer
        id = event.id
        type = event.type ?? (event.hook == nil ? "an event of unknown type" : "a vendor's item")
        self.event = [event.source, event.eventID].compactMap(\.self).joined(separator: " ")
        state = event.state.rawValue
        received = event.lastReceived.description
        times = event.times == 1 ? "once" : "\(event.times) times"
        pointer = event.pointer.isEmpty ? "the whole event" : event.pointer
        title = event.title
        detail = event.detail
        self.said = said
        hook = event.isVendors ? event.hook : nil
        isHeld = event.state == .held
        canChange = event.state == .held && event.text != nil
        text = typed ?? event.text.map(Self.readable)
        rows = min(40, max(8, (text ?? "").utf8.count(where: { $0 == UInt8(ascii: "\n") }) + 2))
        settled = event.settled.map { "\($0)" + (event.settledBy.map { " by \($0)" } ?? "") }
    }

    private static func readable(_ text: String) -> String {
        do { return try JSONParser.parse(Array(text.utf8)).indented } catch { return text }
    }
}
