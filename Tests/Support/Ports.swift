import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// TCP ports for servers that tests start.
///
/// A server starts a moment after its port was chosen, and some are stopped and started again. So the ports lie below
/// those that the system gives to outgoing connections, and this process hands out none twice.
package enum Ports {
    private static let candidates = 10_000..<32_000
    private static let given = Mutex<Set<Int>>([])

    /// A port on 127.0.0.1 that is free and stays so, unless another process asks for this very one.
    package static func free() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: candidates)
            if given.withLock({ $0.insert(port).inserted }), try isFree(port) { return port }
        }
        throw TestProcess.Failed(description: "found no free port in \(candidates)")
    }

    private static func isFree(_ port: Int) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw TestProcess.Failed(description: "no socket: errno \(errno)") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// A port on 127.0.0.1, see ``Ports``.
package func freePort() throws -> Int { try Ports.free() }
