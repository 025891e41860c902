import NIOCore

/// The first handler of a connection: takes single events off it before they are parsed as HTTP, one at a time, and
/// passes everything else on to the handlers behind it, byte by byte as it came.
///
/// What follows a request that went to the router may be taken again once the router has answered; so answers keep the
/// order of their requests. A request whose end only NIO's parser can tell leaves the rest of the connection to it.
final class LaneHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum State {
        /// Before a request, or in one whose end has not arrived yet; either begins the buffer.
        case reading
        /// The desk has an event of this connection.
        case answering
        /// The answer to the last event is on its way; then the handlers behind may close.
        case parting
        /// In a request that goes to the router and of which so many bytes are still to come.
        case passing(Int)
        /// The rest of the connection belongs to the router.
        case left
    }

    /// Bytes at the buffer's beginning that have had their turn, from which on they are let go of.
    private static let discardedFrom = EventLane.bodyLimit + LaneHead.limit

    private let desk: any LaneDesk
    private let router: RouterWatch
    private let idle: IdleLimit
    private var state = State.reading
    private var buffer = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var isReadHeld = false
    private var hasPassed = false
    /// Bytes that the desk holds for the request that is arriving.
    private var heldBytes = 0
    /// What the handlers behind are not to hear before the event in hand has been answered: they would close.
    private var heldEvents: [Any] = []

    /// - Parameters:
    ///   - router: Further back on the same connection.
    ///   - idle: The same connection's.
    init(desk: any LaneDesk, router: RouterWatch, idle: IdleLimit) {
        self.desk = desk
        self.router = router
        self.idle = idle
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        letGo()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .left = state {
            hasPassed = true
            return context.fireChannelRead(data)
        }
        var bytes = unwrapInboundIn(data)
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            // What was read stays in a buffer that is only written to, and a connection may never come to a pause.
            if buffer.readerIndex >= Self.discardedFrom { buffer.discardReadBytes() }
            buffer.writeBuffer(&bytes)
        }
        advance(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard hasPassed else { return }
        hasPassed = false
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A shutdown, or the end of what the other side sends.
        switch state {
        case .answering, .parting: heldEvents.append(event)
        case .reading, .passing, .left:
            leave(context)
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resume(context) }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Out

    func read(context: ChannelHandlerContext) {
        // What waits for its turn is in no budget: so it is what one turn of reading has brought, and no more.
        if isStalled, buffer.readableBytes > 0 { isReadHeld = true } else { context.read() }
    }

    /// Answers the event that the desk has.
    func answer(_ bytes: ByteBuffer) {
        // Whoever sent it may have gone.
        guard let context, case .answering = state else { return }
        guard heldEvents.isEmpty else { return answerLast(bytes, context) }
        state = .reading
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        resume(context)
    }

    /// Answers, and lets the handlers behind close as soon as the answer is on its way.
    private func answerLast(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        state = .parting
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.leave(context)
            let events = self.heldEvents
            self.heldEvents = []
            for event in events { context.fireUserInboundEventTriggered(event) }
            self.resume(context)
        }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: written)
    }

    // MARK: Requests

    /// Whether the connection waits for an answer of ours.
    var isAnswering: Bool {
        if case .answering = state { return true }
        return router.isAnswering
    }

    /// Bytes of memory for what has arrived.
    var memory: Int { buffer.storageCapacity }

    /// Whether what has arrived waits: for an answer, or for the other side to read its answers.
    private var isStalled: Bool {
        switch state {
        case .answering, .parting: return true
        case .reading, .passing, .left: return context?.channel.isWritable == false
        }
    }

    private func resume(_ context: ChannelHandlerContext) {
        advance(context)
        if hasPassed {
            hasPassed = false
            context.fireChannelReadComplete()
        }
        if isReadHeld {
            isReadHeld = false
            read(context: context)
        }
    }

    private func advance(_ context: ChannelHandlerContext) {
        while buffer.readableBytes > 0 {
            switch state {
            case .answering, .parting: return
            case .left: return pass(buffer.readableBytes, context)
            case .passing(let left):
                let count = min(left, buffer.readableBytes)
                state = count == left ? .reading : .passing(left - count)
                pass(count, context)
            case .reading:
                guard context.channel.isWritable else { return }
                switch buffer.withUnsafeReadableBytes({ next($0) }) {
                case .wait: return
                case .taken(let length):
                    state = .answering
                    buffer.moveReaderIndex(forwardBy: length)
                case .router(let length):
                    letGo()
                    state = length.map(State.passing) ?? .left
                }
            }
        }
        // Let go of, so that NIO may read into the same memory again.
        buffer = ByteBuffer()
    }

    private enum Next {
        /// For more of it.
        case wait
        case taken(_ length: Int)
        /// `nil`: as long as the connection lasts.
        case router(_ length: Int?)
    }

    /// What becomes of the request that `bytes` begin with.
    private func next(_ bytes: UnsafeRawBufferPointer) -> Next {
        let head: LaneHead
        switch LaneHead.read(bytes) {
        case .incomplete: return .wait
        case .foreign: return .router(nil)
        case .head(let whole): head = whole
        }
        let length = head.length + head.bodyLength
        guard let token = head.token, head.bodyLength <= EventLane.bodyLimit, !router.isBusy else {
            return .router(length)
        }
        guard bytes.count >= length else {
            let secret = bytes.assumingMemoryBound(to: UInt8.self)[token]
            // A stranger's request is refused by its head; nothing of it is kept.
            guard heldBytes > 0 || (desk.knows(UnsafeBufferPointer(rebasing: secret)) && desk.hold(length)) else {
                return .router(length)
            }
            heldBytes = length
            idle.touch()
            return .wait
        }
        letGo()
        return desk.take(head, bytes, for: self) ? .taken(length) : .router(length)
    }

    private func letGo() {
        desk.release(heldBytes)
        heldBytes = 0
    }

    private func leave(_ context: ChannelHandlerContext) {
        state = .left
        letGo()
        advance(context)
    }

    private func pass(_ count: Int, _ context: ChannelHandlerContext) {
        guard let slice = buffer.readSlice(length: count) else { return }
        hasPassed = true
        context.fireChannelRead(wrapInboundOut(slice))
    }
}

@available(*, unavailable)
extension LaneHandler: Sendable {}
