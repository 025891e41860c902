import Models

extension GapView {
    /// - Parameters:
    ///   - manager: Who owns the person's performance today.
    init(viewer: ViewerBar, gap: GapID, path: GapPath, personName: String, manager: (id: PersonID, name: String)?) {
        self.viewer = viewer
        self.gap = gap.rawValue
        summary = path.summary
        person = personName
        self.manager = manager?.name
        managerHref = manager.map { Link.manager($0.id) }
        state = path.state.rawValue
        tone = path.state == .open ? "mixed" : path.state == .withdrawn ? "insufficient" : "owning"
        steps = GapPath.Station.allCases.map { station in
            let lines = path.entries.filter { $0.station == station }.map { entry in
                Line(
                    day: entry.day.description, text: entry.text,
                    event: "\(entry.event.source) \(entry.event.id)")
            }
            return Step(
                title: station.title, tone: lines.isEmpty ? "missing" : "done", lines: lines,
                missing: station.missing)
        }
    }
}

extension GapPath.Station {
    /// The station's heading.
    var title: String {
        switch self {
        case .expectation: "Expectation"
        case .gap: "Gap"
        case .cause: "Cause"
        case .path: "Path"
        case .behaviour: "Changed behaviour"
        case .outcome: "Outcome"
        }
    }

    /// What the page says where nothing is recorded at the station.
    var missing: String {
        switch self {
        case .expectation: "No expectation of the role is named."
        case .gap, .cause: "Not recorded."
        case .path: "Nobody has acted on it yet."
        case .behaviour: "Nobody has recorded what the person does now."
        case .outcome: "No outcome yet."
        }
    }
}
