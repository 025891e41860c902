/// Cuts a stream of bytes into slices of whole lines.
struct LineSlicer {
    /// A request holds about so many bytes: enough to be worth a transaction, little enough for steady progress.
    static let defaultSize = 1 << 20

    private let size: Int
    private var slice = LineSlice()
    private var line: [UInt8] = []
    private var position: Int
    private var number: Int

    /// - Parameters:
    ///   - size: A slice ends before the line that would bring it over this. A longer line is a slice by itself, so
    ///     that its refusal is its own.
    ///   - offset: Where in the file the bytes begin.
    ///   - line: The one-based number of the line that begins there.
    init(size: Int = LineSlicer.defaultSize, offset: Int = 0, line: Int = 1) {
        self.size = size
        position = offset
        number = line
    }

    /// Takes the next bytes.
    ///
    /// - Returns: The slices that are complete now, in order.
    mutating func add(_ bytes: [UInt8]) -> [LineSlice] {
        var slices: [LineSlice] = []
        var rest = bytes[...]
        while let feed = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line.append(contentsOf: rest[..<feed])
            if let full = take(length: line.count + 1) { slices.append(full) }
            rest = rest[(feed + 1)...]
        }
        line.append(contentsOf: rest)
        return slices
    }

    /// The slices that are left when nothing follows; the last line needs no line feed.
    mutating func finish() -> [LineSlice] {
        var slices: [LineSlice] = []
        if !line.isEmpty, let full = take(length: line.count) { slices.append(full) }
        if !slice.isEmpty { slices.append(slice) }
        slice = LineSlice()
        return slices
    }

    /// Adds the line at hand to the slice; gives back the slice before it where the two are too much together.
    private mutating func take(length: Int) -> LineSlice? {
        var full: LineSlice?
        if !slice.isEmpty, slice.body.count + line.count >= size {
            full = slice
            slice = LineSlice()
        }
        position += length
        if !line.allSatisfy(Self.isBlank) {
            slice.body.append(contentsOf: line)
            slice.body.append(UInt8(ascii: "\n"))
            slice.lines.append(number)
        }
        number += 1
        slice.end = position
        slice.nextLine = number
        line.removeAll(keepingCapacity: true)
        return full
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
