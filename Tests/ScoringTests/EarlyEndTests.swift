import Glibc
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct EarlyEndTests {
    @Test func `told to stop while the database has not answered yet, a service ends with 0`() async throws {
        let silent = try SilentServer()
        let process = try TestProcess.built(
            "onus-scoring",
            environment: ["ONUS_DATABASE_URL": "postgresql://onus@127.0.0.1:\(silent.port)/onus", "ONUS_PORT": "0"])
        // It asks the database before it serves anything, and so before its services listen for signals.
        try await silent.waitForCaller()
        process.terminate()
        #expect(await process.wait(atMost: .seconds(30)) == 0)
    }
}

/// A port of 127.0.0.1 that takes connections and never says a word.
private struct SilentServer: ~Copyable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isListening)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    func waitForCaller() async throws {
        while accept(descriptor, nil, nil) < 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
}
