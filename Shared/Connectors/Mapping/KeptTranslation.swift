package import Models

/// Translates what the quarantine keeps of vendors' calls with the connectors as they are now.
package struct KeptTranslation: Sendable {
    private let connectors: @Sendable () throws(Problem) -> [String: Connector]

    package init(_ connectors: [String: Connector]) {
        self.connectors = { connectors }
    }

    /// - Parameter folder: Read when there is something to translate; nil: none is at hand.
    package init(folder: String?) {
        connectors = { () throws(Problem) in
            guard let folder else {
                throw Self.problem("Connectors missing", "expected the folder of the connectors, as ingestion has it")
            }
            do throws(UnreadableConnectors) {
                return try ConnectorFolder.connectors(in: folder)
            } catch {
                throw Self.problem("Connectors unreadable", error.faults.first ?? folder)
            }
        }
    }

    /// What a call makes now: at least one event.
    ///
    /// - Throws: ``Problem`` where it makes none.
    package func translate(_ kept: KeptCall) throws(Problem) -> TranslatedCall {
        guard let connector = try connectors()[kept.connector] else {
            throw Self.problem(
                "Connector missing", "expected the connector \(kept.connector) of the hook \(kept.call.hook)")
        }
        guard let rules = kept.call.isPolled ? connector.poll?.rules : connector.pushed else {
            throw Self.problem("Connector does not poll", "expected a connector that polls, as it did for this item")
        }
        let settings: [String: String]
        do {
            settings = try connector.settings(kept.settings)
        } catch {
            throw Self.problem("Hook not usable", "\(error)")
        }
        let items = connector.translate(
            kept.payload, by: rules,
            call: Scope.Call(
                headers: kept.call.headers, hook: kept.call.hook, settings: settings, now: kept.received))
        var events: [TranslatedEvent] = []
        var problem: Problem?
        for item in items {
            switch item.outcome {
            case .events(let made): events += made
            case .refused(let other): problem = problem ?? other
            case .ignored(let reason), .thin(let reason):
                throw Self.problem("Nothing to store", "the connector makes no event of it now: \(reason)")
            }
        }
        guard !events.isEmpty else {
            throw problem
                ?? Self.problem("Nothing to store", "the connector \(connector.name) finds no item in it now")
        }
        return TranslatedCall(events: events, problem: problem)
    }

    private static func problem(_ title: String, _ detail: String) -> Problem {
        Problem(pointer: "", title: title, detail: detail, kind: .content)
    }
}
