import NIOCore
import NIOHTTP1

/// Knows which requests of a connection the router has to answer. Stands right behind NIO's parser.
final class RouterWatch: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let idle: IdleLimit
    private var unanswered = 0
    private var isReading = false
    /// The parser has refused something: the router answers that and closes, and nothing after it counts.
    private var isBroken = false

    /// - Parameter idle: The same connection's.
    init(idle: IdleLimit) {
        self.idle = idle
    }

    /// Whether an answer is to be given, or a request has not arrived as a whole.
    var isBusy: Bool { unanswered > 0 || isReading || isBroken }

    /// Whether what the connection waits for is an answer of ours.
    var isAnswering: Bool { unanswered > 0 && !isReading }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isBroken = true
        context.fireErrorCaught(error)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        idle.touch()
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            isReading = true
        case .body: break
        case .end: isReading = false
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered = max(0, unanswered - 1) }
        context.write(data, promise: promise)
    }
}

@available(*, unavailable)
extension RouterWatch: Sendable {}
