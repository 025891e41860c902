import BigInt
import Models

extension Contribution {
    /// What the encoding below is; a reader refuses any other.
    private static let version: UInt8 = 1

    /// The contribution in a few bytes, for the database. Equal contributions have equal bytes.
    ///
    /// A version byte; a bit set of the measures that are not zero; for each of them trials and credits as
    /// signed variable-length integers; after outcome's the number of terms of the sum, and each term's
    /// denominator and numerator as length and bytes.
    package var encoded: [UInt8] {
        var bytes = ByteWriter()
        bytes.append(Self.version)
        let listed = Measure.allCases.filter { measure in
            count(of: measure) != 0 || credit(of: measure) != 0 || measure == .outcome && !outcomes.isZero
        }
        bytes.append(unsigned: listed.reduce(0) { $0 | 1 << UInt64($1.index) })
        for measure in listed {
            bytes.append(signed: count(of: measure))
            bytes.append(signed: credit(of: measure))
            if measure == .outcome {
                bytes.append(unsigned: UInt64(outcomes.terms.count))
                for term in outcomes.terms {
                    bytes.append(term.denominator)
                    bytes.append(term.numerator)
                }
            }
        }
        return bytes.bytes
    }

    /// `nil` where the bytes are not what ``encoded`` writes.
    package init?(encoded: [UInt8]) {
        var reader = ByteReader(encoded)
        guard reader.byte() == Self.version, let listed = reader.unsigned(), listed < 1 << 9 else { return nil }
        var trials = SIMD16<Int32>()
        var credits = SIMD16<Int32>()
        var outcomes = ExactSum()
        for measure in Measure.allCases where listed & 1 << UInt64(measure.index) != 0 {
            guard let count = reader.signed(), let credit = reader.signed(),
                let count = Int32(exactly: count), let credit = Int32(exactly: credit)
            else { return nil }
            trials[measure.index] = count
            credits[measure.index] = credit
            if measure == .outcome {
                guard let sum = Self.outcomes(&reader) else { return nil }
                outcomes = sum
            }
        }
        guard reader.isAtEnd else { return nil }
        self.init(trials: trials, credits: credits, outcomes: outcomes)
    }

    private static func outcomes(_ reader: inout ByteReader) -> ExactSum? {
        guard let count = reader.unsigned(), count <= UInt64(reader.remaining) else { return nil }
        var terms: [ExactSum.Term] = []
        for _ in 0..<count {
            guard let denominator = reader.integer(), let numerator = reader.integer() else { return nil }
            terms.append(ExactSum.Term(denominator: denominator, numerator: numerator))
        }
        return ExactSum(terms: terms)
    }
}
