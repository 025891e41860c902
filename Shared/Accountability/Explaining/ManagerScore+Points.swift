package import Models

/// How a score is made up of measures: each gives so many of the points that its weight allows.
package struct MeasurePoints: Hashable, Sendable {
    /// `100·w·mean`, with the weights of the measures that apply scaled to add up to 1. Those of all measures add up
    /// to the score.
    package let points: Double
    /// `100·w`: those of all measures add up to 100.
    package let possible: Double

    /// What is missing to the full score.
    package var lost: Double { possible - points }
}

extension ManagerScore {
    /// The points of each measure that applies; none where there is no score.
    package func points(policy: Policy) -> [Measure: MeasurePoints] {
        guard score != nil else { return [:] }
        let total = measures.keys.reduce(0) { $0 + policy.weight(of: $1) }
        return Dictionary(
            uniqueKeysWithValues: measures.map { measure, row in
                let possible = 100 * Double(policy.weight(of: measure)) / Double(total)
                return (measure, MeasurePoints(points: possible * row.mean, possible: possible))
            })
    }

    /// The measures that weigh most against the manager: those that lose the most points, the greatest loss first.
    package func heaviest(_ count: Int, policy: Policy) -> [Measure] {
        let points = points(policy: policy)
        return points.keys.sorted { left, right in
            let (first, second) = (points[left]?.lost ?? 0, points[right]?.lost ?? 0)
            return first == second ? left < right : first > second
        }.prefix(count).map(\.self)
    }
}
