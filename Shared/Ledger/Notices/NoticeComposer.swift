import Accountability
import Models

/// Makes notices of situations: who stands for a contact, and where in the console to go.
struct NoticeComposer: Sendable {
    let contacts: OrganizationState.Contacts

    /// - Returns: nil where the recipient is a contact that the organisation hasn't named.
    func notice(_ situation: Situation) -> Notice? {
        guard let (recipient, role) = recipient(situation.recipient) else { return nil }
        return Notice(
            key: situation.key, kind: situation.kind, recipient: recipient, recipientRole: role, day: situation.day,
            subjectPerson: situation.person, reason: situation.reason, evidence: situation.evidence,
            nextStep: situation.nextStep, link: link(situation, recipient))
    }

    private func recipient(_ recipient: Situation.Recipient) -> (PersonID, RecipientRole)? {
        switch recipient {
        case .person(let person, let role): (person, role)
        case .learningAndDevelopment: contacts.learningAndDevelopment.map { ($0, .learningAndDevelopment) }
        case .humanResources: contacts.hr.map { ($0, .humanResources) }
        }
    }

    /// The gap's page where it is about one; else the manager's own; others begin at their inbox.
    private func link(_ situation: Situation, _ recipient: PersonID) -> String {
        if let gap = situation.gap { return "/gaps/\(PercentEncoding.encode(gap.rawValue))" }
        switch situation.kind {
        case .coachingDue, .clarityMissing, .surrogateCoaching:
            return "/managers/\(PercentEncoding.encode(recipient.rawValue))"
        default: return "/inbox"
        }
    }

    /// The turn's notice of a manager whose status became `outsourced`: to the manager and the leader above; at the top,
    /// to the HR contact in the leader's place.
    func outsourced(
        _ manager: PersonID, _ weighing: WeighingEvidence?, on day: Day, organization: Organization
    ) -> [Notice] {
        let leader = organization.managers(above: manager, on: day).first.map { ($0, RecipientRole.leader) }
        let above = leader ?? contacts.hr.map { ($0, .humanResources) }
        let words = weighing?.words ?? ""
        let recipients: [(PersonID, RecipientRole)] =
            [(manager, .manager)] + [above].compactMap(\.self).filter { $0.0 != manager }
        return recipients.map { recipient, role in
            Notice(
                key: JSONValue.array([
                    .string(NoticeKind.scoreOutsourced.rawValue), .string("person \(recipient)"),
                    .string(manager.rawValue), .string(day.description),
                ]).serialized,
                kind: .scoreOutsourced, recipient: recipient, recipientRole: role, day: day, subjectPerson: manager,
                reason: "On the evidence of the last weeks, performance under \(manager) is led by others"
                    + (words.isEmpty ? "." : ": \(words)."),
                evidence: weighing?.evidence ?? [],
                nextStep: "Open the three measures that weigh most, with their evidence.",
                link: "/managers/\(PercentEncoding.encode(manager.rawValue))")
        }
    }

    /// The turn's notice of a programme that became `unlinked`: to the L&D contact, where there is one.
    func unlinked(_ programme: ProgrammeID, on day: Day) -> [Notice] {
        guard let contact = contacts.learningAndDevelopment else { return [] }
        return [
            Notice(
                key: JSONValue.array([
                    .string(NoticeKind.programmeUnlinked.rawValue), "l_and_d", .string(programme.rawValue),
                    .string(day.description),
                ]).serialized,
                kind: .programmeUnlinked, recipient: contact, recipientRole: .learningAndDevelopment, day: day,
                reason: "None of the completions of \(programme) is linked to a performance gap.",
                nextStep: "Link it to the gaps it is for, or stop it.", link: "/programmes")
        ]
    }
}
