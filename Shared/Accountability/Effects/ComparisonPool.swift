import Models

/// All gaps, arranged so that those comparable to one are found without looking at all.
struct ComparisonPool {
    /// By identifier.
    let courses: [GapCourse]
    /// The number of the team of each.
    let teams: [Int]
    let today: Int
    let design: EffectDesign
    /// Places of gaps that are not withdrawn: by cause, ascending by identification, then place.
    private let byCause: [Cause: [Int]]
    /// The first training of each on or after its identification.
    private let firstTraining: [Int]

    /// - Parameter courses: By identifier.
    init(_ courses: [GapCourse], today: Int, design: EffectDesign) {
        self.courses = courses
        self.today = today
        self.design = design
        var teams = Interner<PersonID>()
        self.teams = courses.map { teams.place(of: $0.team) }
        firstTraining = courses.map { $0.firstTraining ?? .max }
        var byCause: [Cause: [Int]] = [:]
        for (place, course) in courses.enumerated() where course.end?.ending != .withdrawn {
            byCause[course.cause, default: []].append(place)
        }
        self.byCause = byCause.mapValues { places in
            places.sorted { (courses[$0].identified, $0) < (courses[$1].identified, $1) }
        }
    }

    /// The changes of the gaps that a trained one is compared with: of the same cause and another person, identified
    /// at most ``EffectDesign/identificationBand`` days apart, open on the completion's day, seen on both sides, and
    /// of people who completed no training since the gap was identified, and never this programme, through the days
    /// looked at. The nearest by identification first, at most ``EffectDesign/mostComparable``.
    func comparable(
        to gap: ProgrammeStudy.Trained, of programme: ProgrammeID, over days: Comparison,
        _ readings: KeyPath<GapCourse, [GapCourse.Reading]>
    ) -> [DifferenceSample.Other] {
        let course = courses[gap.place]
        let places = byCause[course.cause] ?? []
        var later = places.partitioningIndex { courses[$0].identified >= course.identified }
        var earlier = later - 1
        var others: [DifferenceSample.Other] = []
        while others.count < design.mostComparable {
            let after = later < places.count ? courses[places[later]].identified - course.identified : .max
            let before = earlier >= 0 ? course.identified - courses[places[earlier]].identified : .max
            guard min(after, before) <= design.identificationBand else { break }
            let place: Int
            if after <= before {
                place = places[later]
                later += 1
            } else {
                place = places[earlier]
                earlier -= 1
            }
            let other = courses[place]
            guard other.person != course.person, other.identified <= gap.day, !other.hasEnded(by: gap.day),
                firstTraining[place] > days.through,
                !other.completions.contains(where: { $0.programme == programme && $0.day <= days.through }),
                let change = days.change(other[keyPath: readings], end: other.end)
            else { continue }
            others.append(DifferenceSample.Other(place: place, change: change))
        }
        return others
    }
}

extension [Int] {
    /// The first place whose element fulfils the condition, which all after it do too.
    fileprivate func partitioningIndex(where isLater: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isLater(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
