/// Rows of different lengths in one array, found by their place: no allocation a row.
///
/// Rows that are replaced stand apart until they are many, so that a copy with a few rows changed shares the rest.
struct Ragged<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    /// Row `i` is `elements[bounds[i]..<bounds[i + 1]]`.
    private var bounds: [Int] = [0]
    /// Rows that came instead of those in ``elements``, or after them.
    private var replaced: [Int: [Element]] = [:]
    /// One more than the greatest place of ``replaced``.
    private var end = 0

    init() {}

    /// Sorts the elements into rows, keeping their order within each.
    ///
    /// - Parameter row: The element's row, `0..<rows`.
    init(rows: Int, _ unsorted: [Element], row: (Element) -> Int) {
        var starts = [Int](repeating: 0, count: rows + 1)
        for element in unsorted { starts[row(element) + 1] += 1 }
        for index in 0..<rows { starts[index + 1] += starts[index] }
        bounds = starts
        var places = [Int](repeating: 0, count: unsorted.count)
        for (index, element) in unsorted.enumerated() {
            places[starts[row(element)]] = index
            starts[row(element)] += 1
        }
        elements = places.map { unsorted[$0] }
    }

    var count: Int { max(bounds.count - 1, end) }

    /// All elements, row after row.
    var all: [Element] {
        var whole = self
        whole.settle()
        return whole.elements
    }

    /// Empty where there is no such row.
    subscript(row: Int) -> ArraySlice<Element> {
        if !replaced.isEmpty, let other = replaced[row] { return other[...] }
        return row < bounds.count - 1 ? elements[bounds[row]..<bounds[row + 1]] : []
    }

    mutating func append(row: some Sequence<Element>) {
        settle()
        elements.append(contentsOf: row)
        bounds.append(elements.count)
    }

    /// Puts another row in the place of one, or after the last. Costs what was replaced before, at times all rows.
    mutating func replace(row: Int, with other: [Element]) {
        replaced[row] = other
        end = max(end, row + 1)
        if replaced.count > max(Self.fewRows, count / 8) { settle() }
    }

    /// Each element as another; rows stay.
    func map<Other>(_ transform: (Element) -> Other) -> Ragged<Other> {
        var mapped = Ragged<Other>()
        for row in 0..<count { mapped.append(row: self[row].map(transform)) }
        return mapped
    }

    private static var fewRows: Int { 64 }

    /// Brings replaced rows in line with the others.
    private mutating func settle() {
        guard !replaced.isEmpty else { return }
        var whole = Ragged()
        whole.elements.reserveCapacity(elements.count)
        for row in 0..<count {
            whole.elements.append(contentsOf: self[row])
            whole.bounds.append(whole.elements.count)
        }
        self = whole
    }
}

extension RandomAccessCollection {
    /// The last element that the predicate holds for, where it holds for a prefix of the collection.
    func lastOfPrefix(where holds: (Element) -> Bool) -> Element? {
        let end = partitionPoint(holds)
        return end == startIndex ? nil : self[index(before: end)]
    }

    /// The index after the prefix that the predicate holds for.
    func partitionPoint(_ holds: (Element) -> Bool) -> Index {
        var low = startIndex
        var rest = distance(from: low, to: endIndex)
        while rest > 0 {
            let half = rest / 2
            let middle = index(low, offsetBy: half)
            if holds(self[middle]) {
                low = index(after: middle)
                rest -= half + 1
            } else {
                rest = half
            }
        }
        return low
    }
}
