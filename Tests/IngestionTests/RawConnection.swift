import NIOCore
import NIOPosix

/// A connection on which a test says byte by byte what it likes.
struct RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// An answer in full, without its `Date`.
    struct Answer: Equatable {
        let head: [String]
        let body: String

        var status: Int { head.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0 }
    }

    /// Runs `body` on a connection to this machine.
    static func open<Value>(port: Int, _ body: (inout Conversation) async throws -> Value) async throws -> Value {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&conversation)
        }
    }

    struct Conversation {
        fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        private var text = ""

        fileprivate init(
            inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
            outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) {
            self.inbound = inbound
            self.outbound = outbound
        }

        func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

        /// The next answer; `nil` where the connection has ended.
        ///
        /// - Parameter hasBody: False for the answer to a HEAD.
        mutating func answer(hasBody: Bool = true) async throws -> Answer? {
            while true {
                if let end = text.firstRange(of: "\r\n\r\n") {
                    let head = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
                    let length =
                        head.first { $0.lowercased().hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) }
                        ?? 0
                    let body = text[end.upperBound...].utf8
                    if !hasBody || body.count >= length {
                        let taken = hasBody ? String(body.prefix(length)) ?? "" : ""
                        text = String(body.dropFirst(taken.utf8.count)) ?? ""
                        return Answer(head: head.filter { !$0.hasPrefix("Date: ") }, body: taken)
                    }
                }
                guard let bytes = try await inbound.next(isolation: #isolation) else { return nil }
                text += String(buffer: bytes)
            }
        }
    }
}
