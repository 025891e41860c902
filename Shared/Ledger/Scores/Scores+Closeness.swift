import Models

// Doubles begin with the posterior; how a sum was put together may show in their last bits.

extension ManagerScore {
    func isClose(to other: ManagerScore) -> Bool {
        status == other.status && level.isClose(to: other.level)
            && score.isClose(to: other.score) && low.isClose(to: other.low) && high.isClose(to: other.high)
            && measures.isClose(to: other.measures)
    }
}

extension ProgrammeScore {
    func isClose(to other: ProgrammeScore) -> Bool {
        delivered == other.delivered && changed == other.changed && status == other.status
            && measures.isClose(to: other.measures)
    }
}

extension [Measure: MeasureScore] {
    fileprivate func isClose(to other: Self) -> Bool {
        count == other.count && allSatisfy { measure, score in other[measure]?.isClose(to: score) ?? false }
    }
}

extension [ProgrammeMeasure: MeasureScore] {
    fileprivate func isClose(to other: Self) -> Bool {
        count == other.count && allSatisfy { measure, score in other[measure]?.isClose(to: score) ?? false }
    }
}

extension MeasureScore {
    fileprivate func isClose(to other: MeasureScore) -> Bool {
        n.isClose(to: other.n) && s.isClose(to: other.s) && mean.isClose(to: other.mean)
            && variance.isClose(to: other.variance)
    }
}

extension Double {
    /// The tolerance of the golden cases.
    fileprivate func isClose(to other: Double) -> Bool { abs(self - other) <= 1e-9 }
}

extension Double? {
    fileprivate func isClose(to other: Double?) -> Bool {
        switch (self, other) {
        case (let left?, let right?): left.isClose(to: right)
        case (nil, nil): true
        default: false
        }
    }
}
