import NIOCore
import NIOPosix
import Synchronization

/// A small real SMTP server on a port of its own, whose answers a test decides.
final class TestMailServer: Sendable {
    struct Mail: Sendable {
        let sender: String
        let recipient: String
        let octets: [UInt8]
    }

    /// What it answers; the number counts the tries so far, from 1. `nil` closes the connection instead.
    struct Behaviour: Sendable {
        var recipient: @Sendable (_ address: String, _ attempt: Int) -> String? = { _, _ in "250 OK" }
        var data: @Sendable (_ attempt: Int) -> String? = { _ in "250 2.0.0 queued" }
    }

    private struct State {
        var mails: [Mail] = []
        var recipients = 0
    }

    private let state = Mutex(State())
    private let behaviour: Behaviour

    private init(_ behaviour: Behaviour) { self.behaviour = behaviour }

    /// Every mail whose data came whole, whatever the answer was.
    var mails: [Mail] { state.withLock(\.mails) }

    static func run<Result: Sendable>(
        _ behaviour: Behaviour = Behaviour(),
        _ body: @Sendable (_ server: TestMailServer, _ port: Int) async throws -> Result
    ) async throws -> Result {
        let server = TestMailServer(behaviour)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let port = listener.channel.localAddress?.port ?? 0
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.accept(listener) }
            let result = try await body(server, port)
            group.cancelAll()
            return result
        }
    }

    private func accept(
        _ listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask {
                        // A client that goes away in the middle is part of the tests.
                        try? await connection.executeThenClose { inbound, outbound in
                            try await self.converse(inbound, outbound)
                        }
                    }
                }
            }
        }
    }

    private func converse(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        func say(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text + "\r\n")) }
        try await say("220 test.example ESMTP")
        var buffer: [UInt8] = []
        var sender = ""
        var recipient = ""
        var readsData = false
        for try await chunk in inbound {
            buffer += chunk.readableBytesView
            while let end = buffer.firstRange(of: Array((readsData ? "\r\n.\r\n" : "\r\n").utf8)) {
                let piece = Array(buffer[..<end.lowerBound])
                buffer.removeSubrange(..<end.upperBound)
                if readsData {
                    readsData = false
                    let mail = Mail(sender: sender, recipient: recipient, octets: unstuffed(piece))
                    let attempt = state.withLock { state in
                        state.mails.append(mail)
                        return state.mails.count
                    }
                    guard let answer = behaviour.data(attempt) else { return }
                    try await say(answer)
                    continue
                }
                let line = String(decoding: piece, as: UTF8.self)
                switch line.prefix(4).uppercased() {
                case "EHLO", "HELO": try await say("250 test.example")
                case "MAIL":
                    sender = address(in: line)
                    try await say("250 OK")
                case "RCPT":
                    recipient = address(in: line)
                    let attempt = state.withLock { state in
                        state.recipients += 1
                        return state.recipients
                    }
                    guard let answer = behaviour.recipient(recipient, attempt) else { return }
                    try await say(answer)
                case "DATA":
                    readsData = true
                    try await say("354 go on")
                case "QUIT":
                    try await say("221 bye")
                    return
                default: try await say("502 unknown")
                }
            }
        }
    }

    private func address(in line: String) -> String {
        String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }

    /// Undoes the doubling of a leading full stop (RFC 5321, section 4.5.2).
    private func unstuffed(_ octets: [UInt8]) -> [UInt8] {
        var text = "\r\n" + String(decoding: octets, as: UTF8.self)
        text = text.replacing("\r\n..", with: "\r\n.")
        return Array(text.utf8.dropFirst(2)) + Array("\r\n".utf8)
    }
}
