internal import ArgumentParser

/// A length of time as people write it: `90d`, `12h`, `2w`, `30m`, `45s`.
struct TimeSpan: Hashable, Sendable {
    static let form = "a number and its unit: s, m, h, d or w, such as 12h or 90d"

    let duration: Duration

    /// `nil` where it is not written so, or is longer than a hundred years.
    init?(_ text: String) {
        let seconds: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400]
        guard let unit = text.last.flatMap({ seconds[$0] }), text.dropLast().allSatisfy({ ("0"..."9").contains($0) }),
            let count = Int(text.dropLast()), count <= 100 * 366 * 86_400 / unit
        else { return nil }
        duration = .seconds(count * unit)
    }
}

extension TimeSpan: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
