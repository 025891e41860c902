/// A length of time as people write it in arguments and in connectors' files: `90d`, `12h`, `2w`, `30m`, `45s`.
package struct TimeSpan: Hashable, Sendable {
    package static let form = "a number and its unit: s, m, h, d or w, such as 12h or 90d"

    /// `0` to a hundred years.
    package let seconds: Int

    package var duration: Duration { .seconds(seconds) }

    /// `nil` where it is not written so, or is longer than a hundred years.
    package init?(_ text: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), text.dropLast().allSatisfy({ ("0"..."9").contains($0) }),
            let count = Int(text.dropLast()), count <= 100 * 366 * 86_400 / unit
        else { return nil }
        seconds = count * unit
    }
}
