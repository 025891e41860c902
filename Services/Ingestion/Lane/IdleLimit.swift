import NIOCore

/// Closes a connection on which nothing has come on or gone out for a while, unless an answer of ours is due. A request's
/// head must arrive as a whole within that time: single bytes of it don't count.
final class IdleLimit: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let limit: TimeAmount
    /// Whether an answer of ours is due.
    var isAnswering: () -> Bool = { false }
    private var lastActive = NIODeadline.now()
    private var look: Scheduled<Void>?

    private var eventLoop: (any EventLoop)?

    init(_ limit: TimeAmount) {
        self.limit = limit
    }

    /// Something that counts has arrived.
    func touch() {
        if let eventLoop { lastActive = eventLoop.now }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        eventLoop = context.eventLoop
        touch()
        schedule(context, in: limit)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        look?.cancel()
        look = nil
        eventLoop = nil
        isAnswering = { false }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        touch()
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
