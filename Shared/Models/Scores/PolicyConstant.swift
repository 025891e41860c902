/// One constant of the model as a policy's member: what it is called and which values are safe.
///
/// The ranges keep every computation finite and quick, and the principles of the model true: an interval is never
/// narrower than one standard deviation, and nobody is scored without a trial.
package struct PolicyConstant: Sendable {
    package typealias Path<Value> = any WritableKeyPath<Policy, Value> & Sendable

    /// What may be written, and where it is kept.
    package enum Domain: Sendable {
        case whole(Path<Int>, ClosedRange<Int>)
        case number(Path<Double>, ClosedRange<Double>)
        /// One of a few numbers.
        case choice(Path<Double>, [Double])
    }

    /// The member's name in JSON.
    package let name: String
    package let domain: Domain

    private init(_ name: String, _ path: Path<Int>, _ range: ClosedRange<Int>) {
        self.name = name
        domain = .whole(path, range)
    }

    private init(_ name: String, _ path: Path<Double>, _ range: ClosedRange<Double>) {
        self.name = name
        domain = .number(path, range)
    }

    private init(_ name: String, _ path: Path<Double>, oneOf values: [Double]) {
        self.name = name
        domain = .choice(path, values)
    }

    /// What may be written, in words.
    package var expected: String {
        switch domain {
        case .whole(_, let range): "a whole number in \(range.lowerBound)...\(range.upperBound)"
        case .number(_, let range): "a number in \(JSONNumber(range.lowerBound))...\(JSONNumber(range.upperBound))"
        case .choice(_, let values): "one of " + values.map { "\(JSONNumber($0))" }.joined(separator: ", ")
        }
    }

    /// The value that a policy has.
    package func value(in policy: Policy) -> JSONNumber {
        switch domain {
        case .whole(let path, _): JSONNumber(policy[keyPath: path])
        case .number(let path, _), .choice(let path, _): JSONNumber(policy[keyPath: path])
        }
    }

    /// Sets the policy's value; false where it is ill-typed or unsafe, and the policy is as it was.
    package func set(_ json: JSONValue, in policy: inout Policy) -> Bool {
        switch domain {
        case .whole(let path, let range):
            guard let value = json.int, range.contains(value) else { return false }
            policy[keyPath: path] = value
        case .number(let path, let range):
            guard let value = json.double, range.contains(value) else { return false }
            policy[keyPath: path] = value
        case .choice(let path, let values):
            guard let value = json.double, values.contains(value) else { return false }
            policy[keyPath: path] = value
        }
        return true
    }

    /// All constants but the weights, in the order of the model.
    package static let all: [PolicyConstant] = [
        PolicyConstant("window", \.window, 1...3_650),
        PolicyConstant("cadence", \.cadence, 1...365),
        PolicyConstant("clarityGrace", \.clarityGrace, 1...365),
        PolicyConstant("complementDays", \.complementDays, 1...3_650),
        PolicyConstant("complementShare", \.complementShare, 0...1),
        PolicyConstant("actionDue", \.actionDue, 1...3_650),
        PolicyConstant("closureDue", \.closureDue, 1...3_650),
        PolicyConstant("verifiedLevel", \.verifiedLevel, 0...4),
        PolicyConstant("verifiedProgress", \.verifiedProgress, 0...1),
        PolicyConstant("unverifiedCredit", \.unverifiedCredit, oneOf: [0, 0.5, 1]),
        PolicyConstant("triageLookback", \.triageLookback, 0...3_650),
        PolicyConstant("climbEvery", \.climbEvery, 1...3_650),
        PolicyConstant("chainDue", \.chainDue, 1...3_650),
        PolicyConstant("programmeWindow", \.programmeWindow, 1...3_650),
        PolicyConstant("followupDays", \.followupDays, 1...3_650),
        PolicyConstant("unlinkedFrom", \.unlinkedFrom, 1...1_000),
        PolicyConstant("programmePrior", \.programmePrior, 0.01...1_000),
        PolicyConstant("kappa", \.kappa, 0.01...1_000),
        PolicyConstant("levels", \.levels, 1...4_096),
        PolicyConstant("intervalFactor", \.intervalFactor, 1...10),
        PolicyConstant("owningLow", \.owningLow, 0...100),
        PolicyConstant("outsourcedHigh", \.outsourcedHigh, 0...100),
        PolicyConstant("minimumMeasures", \.minimumMeasures, 1...9),
        PolicyConstant("minimumTrials", \.minimumTrials, 1...1_000),
    ]

    /// What a measure may weigh.
    package static let weightRange = 1...1_000
}
