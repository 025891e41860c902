import NIOCore
import NIOHTTP1

/// Knows which requests of a connection the router has to answer. Stands right behind NIO's parser.
final class RouterWatch: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var unanswered = 0
    private var isReading = false

    /// Whether an answer is to be given, or a request has not arrived as a whole.
    var isBusy: Bool { unanswered > 0 || isReading }

    /// Whether what the connection waits for is an answer of ours.
    var isAnswering: Bool { unanswered > 0 && !isReading }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
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
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }
}

@available(*, unavailable)
extension RouterWatch: Sendable {}
