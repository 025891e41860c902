/// How a generated manager leads: what decides whether the model finds that they own performance.
struct LeadershipStyle: Sendable {
    /// Days between two coaching sessions with a report.
    let coachingEvery: ClosedRange<Int>
    /// The share of sessions in which the manager saw the person at work, in a named situation.
    let situational: Double
    /// The share of reports with whom expectations are gone through.
    let clarity: Double
    /// Days between two gaps of a report that are seen at all.
    let gapEvery: ClosedRange<Int>
    /// The share of gaps on which the manager acts, and after how many days.
    let acts: Double
    let actsAfter: ClosedRange<Int>
    /// The share of gaps that are closed, and after how many days.
    let closes: Double
    let closesAfter: ClosedRange<Int>
    /// How far a report comes in the time that closing takes, as a share of the way.
    let progress: Double
    /// The share of days due on which somebody records what the person does now.
    let followsUp: Double
    /// The share of training requests with a gap, a cause that training can help and coaching before.
    let triage: Double
    /// The share of reports that are handed to outside coaches.
    let outsourcing: Double
    /// The share of gaps from below that are closed once they have climbed here.
    let answersClimb: Double

    static let great = LeadershipStyle(
        coachingEvery: 7...13, situational: 0.92, clarity: 0.98, gapEvery: 60...200, acts: 0.98, actsAfter: 1...9,
        closes: 0.96, closesAfter: 30...72, progress: 1.05, followsUp: 0.95, triage: 0.95, outsourcing: 0.05,
        answersClimb: 0.9)
    static let good = LeadershipStyle(
        coachingEvery: 9...18, situational: 0.75, clarity: 0.9, gapEvery: 80...260, acts: 0.88, actsAfter: 2...14,
        closes: 0.86, closesAfter: 40...95, progress: 0.9, followsUp: 0.8, triage: 0.75, outsourcing: 0.1,
        answersClimb: 0.65)
    static let mixed = LeadershipStyle(
        coachingEvery: 14...40, situational: 0.4, clarity: 0.55, gapEvery: 100...340, acts: 0.6, actsAfter: 4...30,
        closes: 0.6, closesAfter: 55...140, progress: 0.55, followsUp: 0.45, triage: 0.4, outsourcing: 0.3,
        answersClimb: 0.3)
    /// Leaves performance to outside coaches and to training.
    static let poor = LeadershipStyle(
        coachingEvery: 45...150, situational: 0.15, clarity: 0.15, gapEvery: 140...420, acts: 0.2, actsAfter: 10...60,
        closes: 0.3, closesAfter: 100...260, progress: 0.2, followsUp: 0.12, triage: 0.08, outsourcing: 0.75,
        answersClimb: 0.05)

    /// One round of styles: dealt out in turn, so that every organisation with a few managers has all of them.
    static let round: [LeadershipStyle] = [.great, .poor, .good, .mixed, .good, .great, .mixed, .poor, .good, .mixed]
}
