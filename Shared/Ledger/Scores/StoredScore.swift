import Models
import Postgres

/// A row of `score.current` or `score.programme_current`.
struct StoredScore<Score: Sendable>: Sendable {
    let score: Score
    let day: Day
}

extension StoredScore<ManagerScore> {
    /// The rows of ``ScoreStatements/all(organization:)``.
    static func managers(_ rows: ResultSet) throws -> [PersonID: StoredScore<ManagerScore>] {
        var scores: [PersonID: StoredScore<ManagerScore>] = [:]
        for row in rows {
            let manager = PersonID(unchecked: try row.text(0))
            guard let status = ManagerStatus(rawValue: try row.text(6)),
                let measures = ManagerScore.measures(json: try JSONParser.parse(try row.utf8(7)))
            else { throw LedgerError.unreadableTally(subject: manager.rawValue) }
            let score = ManagerScore(
                manager: manager, level: try row.float8(2), score: try row.optionalFloat8(3),
                low: try row.optionalFloat8(4), high: try row.optionalFloat8(5), status: status, measures: measures)
            scores[manager] = StoredScore(score: score, day: Day(try row.date(1)))
        }
        return scores
    }
}

extension StoredScore<ProgrammeScore> {
    /// The rows of ``ProgrammeScoreStatements/all(organization:)``.
    static func programmes(_ rows: ResultSet) throws -> [ProgrammeID: StoredScore<ProgrammeScore>] {
        var scores: [ProgrammeID: StoredScore<ProgrammeScore>] = [:]
        for row in rows {
            let programme = ProgrammeID(unchecked: try row.text(0))
            guard let status = ProgrammeStatus(rawValue: try row.text(4)),
                let measures = ProgrammeScore.measures(json: try JSONParser.parse(try row.utf8(5)))
            else { throw LedgerError.unreadableTally(subject: programme.rawValue) }
            let score = ProgrammeScore(
                programme: programme, delivered: Int(try row.int4(2)), changed: Int(try row.int4(3)), status: status,
                measures: measures)
            scores[programme] = StoredScore(score: score, day: Day(try row.date(1)))
        }
        return scores
    }
}
