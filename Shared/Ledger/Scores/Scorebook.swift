import Accountability
import Models
import Postgres

/// Turns exact sums into the scores of a day, and these into statements.
struct Scorebook {
    let organization: OrganizationID
    let day: Day
    let policy: Policy

    /// Brings the current and published scores of the subjects in line with their sums.
    func store(_ sums: Contributions, for subjects: Set<Subject>) -> [Statement] {
        let posterior = Posterior(policy: policy)
        var managers: [ManagerScore] = []
        var programmes: [ProgrammeScore] = []
        var goneManagers: [PersonID] = []
        var goneProgrammes: [ProgrammeID] = []
        for subject in subjects {
            switch subject {
            case .manager(let manager):
                if let score = sums.managers[manager].flatMap({ posterior.score(manager: manager, $0) }) {
                    managers.append(score)
                } else {
                    goneManagers.append(manager)
                }
            case .programme(let programme):
                if let score = sums.programmes[programme].flatMap({ Posterior.programme(programme, $0, policy: policy) }
                ) {
                    programmes.append(score)
                } else {
                    goneProgrammes.append(programme)
                }
            }
        }
        var statements: [Statement] = []
        if !managers.isEmpty {
            statements.append(
                ScoreStatements.store(managers, day: day, policy: policy.version, organization: organization))
        }
        if !goneManagers.isEmpty {
            statements.append(
                ScoreStatements.remove(goneManagers, day: day, policy: policy.version, organization: organization))
        }
        if !programmes.isEmpty {
            statements.append(
                ProgrammeScoreStatements.store(
                    programmes, day: day, policy: policy.version, organization: organization))
        }
        if !goneProgrammes.isEmpty {
            statements.append(
                ProgrammeScoreStatements.remove(
                    goneProgrammes, day: day, policy: policy.version, organization: organization))
        }
        return statements
    }
}
