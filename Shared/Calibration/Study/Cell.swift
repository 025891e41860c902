package import Models

/// One kind of manager: where the rates come from, how large the team is, how the evidence comes about.
package struct Cell: Hashable, Sendable {
    package let population: Population
    package let team: Int
    package let conduct: Conduct

    package init(population: Population, team: Int, conduct: Conduct = .assumed) {
        self.population = population
        self.team = team
        self.conduct = conduct
    }

    package static let teams = [3, 8, 15]

    /// Is the interval calibrated? The populations of the acceptance.
    package static let calibration = crossed([
        .independent, .skewed, .differing(concentration: 2), .differing(concentration: 10), .level(0.2), .level(0.5),
        .level(0.7), .level(0.9),
    ])

    /// Who is shown as `outsourced` and isn't? Scores spread over everything from the threshold on, and exactly at it.
    package static func threshold(_ policy: Policy) -> [Cell] {
        let from = policy.outsourcedHigh
        return crossed([
            .even(scores: from...100), .uneven(scores: from...100), .even(scores: from...from),
            .uneven(scores: from...from),
        ])
    }

    /// What breaks the assumptions, beside the same managers where nothing does.
    package static let broken = Conduct.allCases.filter { $0 != .assumed }.flatMap { conduct in
        // Who has few trials is drawn to the middle, the best the most.
        crossed([.independent, .level(0.2), conduct == .quiet ? .level(0.9) : .level(0.5)], conduct)
    }

    private static func crossed(_ populations: [Population], _ conduct: Conduct = .assumed) -> [Cell] {
        populations.flatMap { population in
            teams.map { Cell(population: population, team: $0, conduct: conduct) }
        }
    }

    /// Decides the cell's random numbers, whatever other cells a study has (FNV-1a of its name).
    var salt: UInt64 {
        "\(population)/\(team)/\(conduct.rawValue)".utf8.reduce(0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
    }
}
