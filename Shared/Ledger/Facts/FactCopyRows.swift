import EventLog
import Models
import Postgres

/// The facts of events as a binary COPY, each as ``FactStatements/insert(_:organization:)`` writes it. Iterated once.
final class FactCopyRows<Events: Sequence<Event>>: AsyncSequence, AsyncIteratorProtocol {
    static var sql: String {
        """
        COPY facts.event (organization_id, identity, type, day, time, source, id, recorded, person, gap, actor, role,
            programme, target, data, packed, unit) FROM STDIN (FORMAT binary, FREEZE)
        """
    }

    private static var pieceSize: Int { 1 << 18 }

    /// Gaps with an identification that came after other facts of theirs, whose units it changes: see
    /// ``FactStatements/assignUnits(ofGaps:organization:)``.
    private(set) var late: Set<GapID> = []
    private let organization: OrganizationID
    private var events: Events.Iterator
    private var writer = BinaryCopyWriter()
    private var isFinished = false
    /// Whom the gaps' identifications name so far; `.some(nil)` where they name several.
    private var owners: [GapID: PersonID?] = [:]
    /// Gaps that were named before they were identified.
    private var named: Set<GapID> = []

    init(_ events: Events, organization: OrganizationID) {
        self.events = events.makeIterator()
        self.organization = organization
    }

    func makeAsyncIterator() -> FactCopyRows { self }

    func next() async -> [UInt8]? {
        guard !isFinished else { return nil }
        while let event = events.next() {
            guard !event.payload.isPersonalLearning else { continue }
            append(event)
            if writer.count >= Self.pieceSize { return writer.take() }
        }
        isFinished = true
        return writer.finish()
    }

    private func append(_ event: Event) {
        let payload = event.payload
        note(payload)
        writer.append([
            .int4(organization.rawValue), .uuid(event.identity.hash), .int2(event.type.code),
            .date(DateValue(event.day)), .timestamptz(event.time.timestamp), .text(event.identity.source),
            .text(event.identity.id), .timestamptz(event.time.timestamp), .text(payload.person?.rawValue),
            .text(payload.gap?.rawValue), .text(payload.actor?.rawValue), .text(payload.role?.rawValue),
            .text(payload.programme?.rawValue), .uuid(payload.target?.hash), .text(payload.json.serialized),
            .bytea(PackedFact.pack(event)), .text(unit(of: payload)?.rawValue),
        ])
    }

    private func note(_ payload: Payload) {
        guard let gap = payload.gap else { return }
        guard case .gapIdentified(let data) = payload else {
            if owners[gap] == nil { named.insert(gap) }
            return
        }
        if let owner = owners[gap] {
            guard owner != data.person else { return }
            owners[gap] = .some(nil)
            late.insert(gap)
        } else {
            owners[gap] = data.person
            if named.remove(gap) != nil { late.insert(gap) }
        }
    }

    private func unit(of payload: Payload) -> PersonID? {
        switch payload.type {
        case .expectationAcknowledged, .coachingHeld, .trainingCompleted: payload.person
        case .gapIdentified, .gapAction, .gapClosed, .behaviourObserved, .outcomeMeasured:
            payload.gap.flatMap { owners[$0] ?? nil }
        case .trainingRequested:
            if let gap = payload.gap, let owner = owners[gap] { owner } else { payload.actor }
        case .personUpdated, .roleDefined, .absenceRecorded, .conversationHeld, .feedbackGiven, .learningRecorded,
            .eventRetracted, .evidenceContested, .evidenceResolved:
            nil
        }
    }
}
