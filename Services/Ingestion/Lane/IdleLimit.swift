import NIOCore

/// Closes a connection on which nothing has arrived or gone out for a while, unless an answer of ours is due.
final class IdleLimit: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let limit: TimeAmount
    private let isAnswering: () -> Bool
    private var lastActive = NIODeadline.now()
    private var look: Scheduled<Void>?

    init(_ limit: TimeAmount, isAnswering: @escaping () -> Bool) {
        self.limit = limit
        self.isAnswering = isAnswering
    }

    func handlerAdded(context: ChannelHandlerContext) { schedule(context, in: limit) }

    func handlerRemoved(context: ChannelHandlerContext) {
        look?.cancel()
        look = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastActive = context.eventLoop.now
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        lastActive = context.eventLoop.now
        context.write(data, promise: promise)
    }

    /// One look a period is enough, however much passes in between.
    private func schedule(_ context: ChannelHandlerContext, in delay: TimeAmount) {
        look = context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            let left = self.lastActive + self.limit - context.eventLoop.now
            if self.isAnswering() {
                self.schedule(context, in: self.limit)
            } else if left > .zero {
                self.schedule(context, in: left)
            } else {
                context.close(promise: nil)
            }
        }
    }
}

@available(*, unavailable)
extension IdleLimit: Sendable {}
