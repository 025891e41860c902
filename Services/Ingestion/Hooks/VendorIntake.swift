import Connectors
import Crypto
import EventLog
import Models
import Schema

/// Stores what a connector made of a payload, on the same way as everything that comes to `/v1/events`: judged by the
/// sender's role and the catalogue, minimised, and kept in the quarantine where it is refused.
struct VendorIntake: Sendable {
    /// What became of a payload's items.
    struct Result: Sendable {
        var receipt = Receipt()
        /// The items that say nothing Onus wants, and why.
        var ignored: [(index: Int, reason: String)] = []
    }

    let store: EventStore
    let rules: RulesCache

    /// - Parameter canFetch: Whether what a thin item announces will be fetched. Where it will not, the item is refused.
    func take(
        _ items: [TranslatedItem], of connector: Connector, from sender: Sender, canFetch: Bool
    ) async throws -> Result {
        let rules = try await rules.rules(of: sender.organization)
        let judge = EventJudge(rules: rules, role: sender.role)
        let hidden = rules.rules(for: connector.source(for: sender.name))
        var result = Result()
        let receipt = try await Intake.run(store: store, sender: sender, isDryRun: false) { intake, storing in
            for item in items {
                switch item.outcome {
                case .events(let events):
                    for event in events {
                        let bytes = Array(event.serialized.utf8)
                        try await intake.add(
                            judged(event, bytes, judge), index: item.index, size: bytes.count, &storing)
                    }
                case .ignored(let reason): result.ignored.append((item.index, reason))
                case .thin(let reason) where canFetch: result.ignored.append((item.index, reason))
                case .thin:
                    let problem = Problem(
                        pointer: item.pointer, title: "Nothing in it",
                        detail: "expected a hook that polls, which would fetch what this announces", kind: .content)
                    try await refuse(item, problem, connector, hidden, &intake, &storing)
                case .refused(let problem):
                    try await refuse(item, problem, connector, hidden, &intake, &storing)
                }
            }
        }
        result.receipt = receipt
        return result
    }

    /// A type that the hook's role may not send is kept in the quarantine too: there is nobody to tell who would send it
    /// again in another way.
    private func judged(_ event: JSONValue, _ bytes: [UInt8], _ judge: EventJudge) -> JudgedItem {
        let item = judge.judge(bytes)
        guard case .forbidden(let type) = item else { return item }
        return .rejected(
            judge.rejection(
                of: event, for: .forbidden(type, judge.role), hash: Array(SHA256.hash(data: bytes))))
    }

    /// Keeps the vendor's own item, without what is minimised; of a connector that brings learning only its hash.
    private func refuse(
        _ item: TranslatedItem, _ problem: Problem, _ connector: Connector, _ rules: MinimisationRules,
        _ intake: inout Intake, _ storing: inout Intake.Storing
    ) async throws {
        let bytes = Array(item.value.serialized.utf8)
        let body = connector.bringsLearning ? nil : rules.minimise(item.value).serialized
        let event = RejectedEvent(
            problem: problem, type: nil, source: nil, id: nil, body: body, bodyHash: Array(SHA256.hash(data: bytes)))
        try await intake.add(.rejected(event), index: item.index, size: bytes.count, &storing)
    }
}
