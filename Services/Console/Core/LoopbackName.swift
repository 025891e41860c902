/// The names by which a browser on this machine reaches it.
enum LoopbackName {
    /// Whether a request was sent to this machine by its own name.
    ///
    /// - Parameter authority: The request's `Host`: name or address, with or without a port.
    static func isOwn(_ authority: String?) -> Bool {
        guard let authority = authority?.lowercased() else { return false }
        if authority.hasPrefix("[") { return authority == "[::1]" || authority.hasPrefix("[::1]:") }
        let name = authority.prefix { $0 != ":" }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return name == "localhost"
            || numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
