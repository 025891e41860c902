import Crypto
import EventLog
import Models
import Schema

/// Judges items of requests: bytes in, a valid event or a problem out. No I/O.
struct EventJudge: Sendable {
    let rules: Minimisation
    let role: TokenRole

    /// An event in structured form.
    func judge(_ bytes: UnsafeBufferPointer<UInt8>) -> JudgedItem {
        guard bytes.count <= Limits.event else {
            return rejected(Self.tooLarge(bytes.count), hash: SHA256.hash(data: bytes))
        }
        // Most events are accepted as they stand. What is wrong with the others, the parser says.
        if let event = EventReader.readCompact(bytes, minimising: rules), role.maySend(event.type) {
            return .valid(LogEntry(event))
        }
        let structured: JSONValue
        do {
            structured = try JSONParser.parse(bytes)
        } catch {
            return rejected(error.asEventProblem, hash: SHA256.hash(data: bytes))
        }
        return judge(structured) { SHA256.hash(data: bytes) }
    }

    func judge(_ bytes: [UInt8]) -> JudgedItem {
        bytes.withUnsafeBufferPointer { judge($0) }
    }

    /// An event in binary mode, brought into structured form.
    func judge(_ event: BinaryEvent) -> JudgedItem {
        let structured: JSONValue
        do {
            structured = try event.structured()
        } catch {
            return rejected(error, hash: event.hash)
        }
        return judge(structured) { event.hash }
    }

    /// A line of NDJSON that is longer than an event may be, of which only the hash is left.
    static func oversized(_ line: OversizedLine) -> JudgedItem {
        .rejected(RejectedEvent(tooLarge(line.count), hash: line.hash))
    }

    private func judge(_ structured: JSONValue, hash: () -> SHA256.Digest) -> JudgedItem {
        if let type = structured["type"]?.string.flatMap(EventType.init(rawValue:)), !role.maySend(type) {
            return .forbidden(type)
        }
        do {
            return .valid(LogEntry(try EventReader.read(structured, minimising: rules)))
        } catch {
            return .rejected(rejection(of: structured, for: error, hash: Array(hash())))
        }
    }

    private func rejected(_ problem: Problem, hash: SHA256.Digest) -> JudgedItem {
        .rejected(RejectedEvent(problem, hash: Array(hash)))
    }

    /// What the quarantine may keep: nothing of personal learning, and nothing that hides in base64.
    func rejection(of structured: JSONValue, for problem: Problem, hash: [UInt8]) -> RejectedEvent {
        guard case .object(let sent) = structured, let members = Self.readable(sent),
            !PersonalLearning.isSuspected(members)
        else { return RejectedEvent(problem, hash: hash) }
        return RejectedEvent(
            problem: problem, type: members["type"]?.string, source: members["source"]?.string,
            id: members["id"]?.string,
            body: rules.rules(for: members["source"]?.string).minimise(.object(members)).serialized, bodyHash: hash)
    }

    /// The event with its data in sight; `nil` where base64 hides something that is no JSON, or a second `data`.
    private static func readable(_ event: JSONObject) -> JSONObject? {
        guard let encoded = event["data_base64"] else { return event }
        // What can't be decoded or parsed is not looked at any further, and so not kept.
        guard event["data"] ?? .null == .null, let bytes = encoded.string.flatMap({ Base64.decode($0) }),
            let data = try? JSONParser.parse(bytes)
        else { return nil }
        var readable = event.filter { !["data", "data_base64"].contains($0.name) }
        readable.append("data", data)
        return readable
    }

    private static func tooLarge(_ count: Int) -> Problem {
        Problem(
            pointer: "", title: "Event too large", detail: "expected at most \(Limits.event) bytes, got \(count)",
            kind: .content)
    }
}

extension TokenRole {
    /// Whether a token of this role may send events of every type.
    var maySendAll: Bool { EventType.allCases.allSatisfy(maySend) }

    /// Whether a token of this role may send events of this type.
    func maySend(_ type: EventType) -> Bool {
        switch self {
        case .admin, .integration: true
        case .lms: [.trainingRequested, .trainingCompleted, .learningRecorded].contains(type)
        case .scim, .auditor: false
        }
    }
}
