import Models

/// The little that paging needs to know of addresses (RFC 3986).
enum WebLocation {
    /// `https://host:port` of an address; nil where it is none of http or https.
    static func origin(of url: String) -> Substring? {
        guard let scheme = ["https://", "http://"].first(where: { url.lowercased().hasPrefix($0) }) else { return nil }
        let rest = url.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        return end > rest.startIndex ? url[..<end] : nil
    }

    /// Whether what is sent to an ``origin(of:)`` can be read by nobody between here and there.
    static func isConfidential(_ origin: some StringProtocol) -> Bool {
        let origin = origin.lowercased()
        guard origin.hasPrefix("http://") else { return origin.hasPrefix("https://") }
        var host = origin.dropFirst("http://".count)
        if let colon = host.lastIndex(of: ":"), host[host.index(after: colon)...].allSatisfy(\.isNumber) {
            host = host[..<colon]
        }
        if host == "localhost" || host == "[::1]" { return true }
        // In full: everything else (a name that begins so, a user before an @) is another host.
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && !numbers.contains(nil) && numbers.first == 127
    }

    /// A next page's address; nil where it leads to another host.
    static func resolve(_ reference: String, against base: String) -> String? {
        guard let origin = origin(of: base) else { return nil }
        if let other = Self.origin(of: reference) {
            return other.lowercased() == origin.lowercased() ? reference : nil
        }
        if reference.hasPrefix("//") || reference.contains("://") { return nil }
        if reference.hasPrefix("/") { return origin + reference }
        let path = base.prefix { $0 != "?" && $0 != "#" }
        if reference.hasPrefix("?") { return path + reference }
        guard let slash = path.lastIndex(of: "/"), slash >= origin.endIndex else { return "\(origin)/\(reference)" }
        return path[...slash] + reference
    }

    /// The address with a parameter set to a value; one of its name that is there gives way.
    static func adding(_ parameter: String, _ value: String, to url: String) -> String {
        let path = url.prefix { $0 != "?" }
        let name = PercentEncoding.encode(parameter)
        let kept = url.dropFirst(path.count + 1).split(separator: "&").filter { !$0.hasPrefix("\(name)=") }
        return path + "?" + (kept + ["\(name)=\(PercentEncoding.encode(value))"[...]]).joined(separator: "&")
    }

    /// The value of a parameter, as it is written.
    static func value(of parameter: String, in url: String) -> Substring? {
        let name = PercentEncoding.encode(parameter)
        return url.drop { $0 != "?" }.dropFirst().split(separator: "&").first { $0.hasPrefix("\(name)=") }?
            .dropFirst(name.count + 1)
    }

    /// The target of `rel="next"`; nil where there is none.
    static func next(inLink header: String?) -> String? {
        guard let header else { return nil }
        var rest = header[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            let after = rest[rest.index(after: close)...]
            let parameters = after.prefix { $0 != "<" }
            let names = parameters.lowercased()
            if names.contains("rel=\"next\"") || names.contains("rel=next") {
                return String(rest[rest.index(after: open)..<close])
            }
            rest = after[parameters.endIndex...]
        }
        return nil
    }
}
