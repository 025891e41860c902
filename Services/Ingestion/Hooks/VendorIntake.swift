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

    /// How items came.
    enum Way: Sendable {
        /// With these headers, by lower-case name.
        case pushed([String: String])
        /// Asked for at this time, by the database's clock.
        case polled(Instant)
    }

    let store: EventStore
    let rules: RulesCache

    /// - Parameter canFetch: Whether what a thin item announces will be fetched. Where it will not, the item is refused.
    func take(_ items: [TranslatedItem], of hook: ReadyHook, by way: Way, canFetch: Bool) async throws -> Result {
        let sender = hook.record.sender
        let rules = try await rules.rules(of: sender.organization)
        let judge = EventJudge(rules: rules, role: sender.role)
        var result = Result()
        var states: [(state: StateEntry, index: Int)] = []
        let receipt = try await Intake.run(store: store, sender: sender, isDryRun: false) { intake, storing in
            for item in items {
                switch item.outcome {
                case .events(let events):
                    for event in events {
                        let bytes = Array(event.structured.serialized.utf8)
                        let judged = judged(event.structured, bytes, judge)
                        if let subject = event.subject, case .valid(let entry) = judged {
                            states.append((StateEntry(entry, of: subject), item.index))
                        } else {
                            try await intake.add(judged, index: item.index, size: bytes.count, &storing)
                        }
                    }
                case .ignored(let reason): result.ignored.append((item.index, reason))
                case .thin(let reason) where canFetch: result.ignored.append((item.index, reason))
                case .thin:
                    let problem = Problem(
                        pointer: item.pointer, title: "Nothing in it",
                        detail: "expected a hook that polls, which would fetch what this announces", kind: .content)
                    try await refuse(item, problem, hook, way, rules, &intake, &storing)
                case .refused(let problem):
                    try await refuse(item, problem, hook, way, rules, &intake, &storing)
                }
            }
        }
        result.receipt = receipt
        // A page may be stored long after it was asked for, and after a later one.
        var asked: Instant?
        if case .polled(let time) = way { asked = time }
        for start in stride(from: 0, to: states.count, by: Self.statesAtOnce) {
            let some = states[start..<min(start + Self.statesAtOnce, states.count)]
            let stored = try await store.append(
                some.map(\.state), of: hook.record.name, from: sender, received: asked)
            for (outcome, index) in zip(stored, some.map(\.index)) {
                switch outcome {
                case .new: result.receipt.add(accepted: 1, duplicates: 0)
                case .duplicate: result.receipt.add(accepted: 0, duplicates: 1)
                case .refused: result.receipt.add(Rejection(index: index, problem: .notStorable))
                }
            }
        }
        return result
    }

    private static let statesAtOnce = 500

    /// A type that the hook's role may not send is kept in the quarantine too: there is nobody to tell who would send it
    /// again in another way.
    private func judged(_ event: JSONValue, _ bytes: [UInt8], _ judge: EventJudge) -> JudgedItem {
        let item = judge.judge(bytes)
        guard case .forbidden(let type) = item else { return item }
        return .rejected(
            judge.rejection(
                of: event, for: .forbidden(type, judge.role), hash: Array(SHA256.hash(data: bytes))))
    }

    /// Keeps of the vendor's own item what the connector's rules name, without what is minimised: what an operator needs to
    /// have it translated anew. Of a connector that brings learning only its hash.
    private func refuse(
        _ item: TranslatedItem, _ problem: Problem, _ hook: ReadyHook, _ way: Way, _ rules: Minimisation,
        _ intake: inout Intake, _ storing: inout Intake.Storing
    ) async throws {
        let (name, connector) = (hook.record.name, hook.connector)
        let source = connector.source(for: name)
        let bytes = Array(item.value.serialized.utf8)
        var kept: JSONValue?
        if !connector.bringsLearning { kept = item.kept.map(rules.rules(for: source).minimise) }
        let call =
            switch way {
            case .pushed(let headers):
                HookCall(
                    hook: name, isPolled: false, headers: headers.filter { connector.pushed.headers.contains($0.key) })
            case .polled: HookCall(hook: name, isPolled: true, headers: [:])
            }
        // Two hooks may bring the same bytes, and mean two things.
        let hash = SHA256.hash(data: Array("\(name)\n".utf8) + bytes)
        let event = RejectedEvent(
            problem: problem, type: nil, source: source, id: kept == nil ? nil : item.identity,
            body: kept?.serialized, bodyHash: Array(hash), call: call)
        try await intake.add(.rejected(event), index: item.index, size: bytes.count, &storing)
    }
}
