/// The sizes that the contract sets, in bytes, and those that keep memory bounded.
enum Limits {
    /// One event, as it is sent.
    static let event = 256 * 1024
    /// A whole body, NDJSON apart.
    static let body = 16 * 1024 * 1024
    /// A vendor's call.
    static let hook = 1024 * 1024
    /// Events and bytes of one append transaction of a batch or of NDJSON.
    static let sliceEvents = 1_000
    static let sliceBytes = 4 * 1024 * 1024
    /// How many slices of one request are being stored at a time, each by a connection of its own.
    static let slicesAtOnce = 2
    /// How many rejected items an answer lists, and their bytes; what exceeds it is only counted.
    static let listedRejections = 10_000
    static let listedBytes = 4 * 1024 * 1024
}
