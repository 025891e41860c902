/// Rows of different lengths in one array, found by their place: no allocation a row.
struct Ragged<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    /// Row `i` is `elements[bounds[i]..<bounds[i + 1]]`.
    private var bounds: [Int] = [0]

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

    var count: Int { bounds.count - 1 }

    var all: [Element] { elements }

    subscript(row: Int) -> ArraySlice<Element> {
        elements[bounds[row]..<bounds[row + 1]]
    }

    mutating func append(row: some Sequence<Element>) {
        elements.append(contentsOf: row)
        bounds.append(elements.count)
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
