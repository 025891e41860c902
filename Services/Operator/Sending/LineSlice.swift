/// Some whole lines of an NDJSON file, small enough for one request.
struct LineSlice: Equatable {
    /// The lines with their line feeds, blank ones left out.
    var body: [UInt8] = []
    /// The one-based number in the file of each line of `body`.
    var lines: [Int] = []
    /// Where in the file the next slice begins, in bytes.
    var end = 0
    /// The one-based number of the line that begins there.
    var nextLine = 1

    var isEmpty: Bool { lines.isEmpty }
}
