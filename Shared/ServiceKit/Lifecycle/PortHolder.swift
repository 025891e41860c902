/// Who listens on a port, for the error that says it is in use.
enum PortHolder {
    /// Such as `process 4711 (onus-ingestion)`, or `nil` when the holder can't be seen from here.
    ///
    /// Source: the listening sockets of `/proc/net/tcp` and `/proc/net/tcp6`, then whoever has the socket open.
    static func describe(port: Int) -> String? {
        let inodes = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { file in
            Files.text(at: file).map { listening(on: port, in: $0) } ?? []
        }
        guard !inodes.isEmpty else { return nil }
        let sockets = Set(inodes.map { "socket:[\($0)]" })
        for process in Files.names(in: "/proc") ?? [] where Int(process) != nil {
            for descriptor in Files.names(in: "/proc/\(process)/fd") ?? [] {
                if let target = Files.destination(of: "/proc/\(process)/fd/\(descriptor)"), sockets.contains(target) {
                    let name = Files.text(at: "/proc/\(process)/comm")?.split(separator: "\n").first
                    return "process \(process)" + (name.map { " (\($0))" } ?? "")
                }
            }
        }
        return "a process of another user"
    }

    /// The inodes of the sockets that listen on `port`, from a table in the format of `/proc/net/tcp`.
    static func listening(on port: Int, in table: String) -> [Substring] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
                Int(fields[1][fields[1].index(after: colon)...], radix: 16) == port
            else { return nil }
            return fields[9]
        }
    }
}
