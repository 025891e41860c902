import Accountability
import Ledger
import Models
import Postgres
import ServiceKit

/// What closes gaps in each organisation, kept for some minutes: it rests on all facts about gaps.
struct EffectStudies: Sendable {
    /// A study and what everybody may see of it who sees groups.
    struct Answer: Sendable {
        let study: EffectStudy
        let report: EffectsReport
    }

    private let answers: SharedLookup<OrganizationID, Answer>

    /// - Parameter freshness: How old an answer may be; a correction shows after that long.
    init(store: ConsoleStore, freshness: Duration = .seconds(300)) {
        answers = SharedLookup(lifetime: freshness) { organization in
            let study = try await store.pool.withConnection { connection in
                try await EffectsFromFacts.study(organization, from: connection)
            }
            return Answer(study: study, report: EffectsReport(study))
        }
    }

    func answer(for organization: OrganizationID) async throws -> Answer {
        guard let answer = try await answers.value(for: organization) else {
            throw UnreadableRow(table: "facts.event", column: "data")
        }
        return answer
    }
}
