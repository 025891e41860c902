/// Spans of time as people write them in settings: `90s`, `15m`, `6h`, `30d`.
enum TimeSpan {
    /// Nil where `text` is none, or longer than ten years.
    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let count = Int(text.dropLast()), count >= 0,
            count <= 3653 * 86_400 / unit
        else { return nil }
        return count * unit
    }
}
