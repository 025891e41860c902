/// The changes of trained gaps, each with those of the gaps that it is compared with.
struct DifferenceSample {
    struct Other {
        let place: Int
        let change: Double
    }

    struct Difference {
        /// The trained gap's place.
        let place: Int
        let change: Double
        let others: [Other]
        /// The mean change of the others.
        let mean: Double
    }

    /// Trained gaps seen on both sides, whether there is something to compare them with or not; one a period.
    var observed = 0
    private(set) var differences: [Difference] = []

    mutating func add(_ place: Int, _ change: Double, against others: [Other]) {
        let mean = others.reduce(0) { $0 + $1.change } / Double(others.count)
        differences.append(Difference(place: place, change: change, others: others, mean: mean))
    }

    static func += (left: inout DifferenceSample, right: DifferenceSample) {
        left.observed = max(left.observed, right.observed)
        left.differences += right.differences
    }

    /// The mean of the differences, each trained gap and period weighing one, and its standard error: the sum over
    /// teams of the squared sums of what each gap, trained or compared with, moves the mean by.
    ///
    /// - Parameter teams: The team of each place; at least two of them with trained gaps, and two with others.
    func estimate(teams: [Int]) -> (effect: Double, standardError: Double, trainedChange: Double) {
        let size = Double(differences.count)
        let effect = differences.reduce(0) { $0 + $1.change - $1.mean } / size
        var influences = [Double](repeating: 0, count: (teams.max() ?? 0) + 1)
        var trainedTeams: Set<Int> = []
        var otherTeams: Set<Int> = []
        for difference in differences {
            trainedTeams.insert(teams[difference.place])
            influences[teams[difference.place]] += (difference.change - difference.mean - effect) / size
            let count = Double(difference.others.count)
            // Residuals from a mean of few are too small by this.
            let scale = (count / (count - 1)).squareRoot() / (count * size)
            for other in difference.others {
                otherTeams.insert(teams[other.place])
                influences[teams[other.place]] -= (other.change - difference.mean) * scale
            }
        }
        // Few teams on either side show little of how teams differ.
        let groups = Double(min(trainedTeams.count, otherTeams.count))
        let variance = influences.reduce(0) { $0 + $1 * $1 } * groups / (groups - 1)
        let trainedChange = differences.reduce(0) { $0 + $1.change } / size
        return (effect, variance.squareRoot(), trainedChange)
    }
}
