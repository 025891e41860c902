import Accountability
import Models
import Synchronization

/// Ranges of units, in the order of their identifiers, that together are all; each is handed out once.
final class UnitRanges: Sendable {
    struct Range: Sendable {
        /// The unit before the first; nil where it begins with the first of all.
        let after: PersonID?
        /// The last; nil where it ends with the last of all.
        let through: PersonID?
    }

    private let ranges: [Range]
    private let taken = Mutex(0)

    /// - Parameter count: About how many ranges of equal size, judged by a sample of the people.
    init(organization: Organization, count: Int) {
        let people = organization.people
        let step = max(1, people.count / 4_000)
        let sample = stride(from: 0, to: people.count, by: step).map { people[$0] }.sorted()
        let parts = min(count, sample.count)
        let bounds = (1..<max(1, parts)).map { sample[$0 * sample.count / parts] }
        ranges = zip([nil] + bounds, bounds + [nil]).map { Range(after: $0, through: $1) }
    }

    /// The next range; nil when all are handed out.
    func next() -> Range? {
        let place = taken.withLock { taken in
            defer { taken += 1 }
            return taken
        }
        return place < ranges.count ? ranges[place] : nil
    }
}
