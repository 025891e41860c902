import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1 connections, each with the lane before its parser.
struct LaneChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let lane: EventLane
    private let router: HTTP1Channel
    private let idleTimeout: TimeAmount

    init(_ lane: EventLane, idleTimeout: TimeAmount, responder: @escaping HTTPChannelHandler.Responder) {
        self.lane = lane
        self.idleTimeout = idleTimeout
        // Its own limit would not see what goes through the lane.
        router = HTTP1Channel(responder: responder, configuration: .init(idleTimeout: nil))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        // One buffer a turn in place of four: what a connection has in hand before its request is let in is in no budget.
        channel.setOption(.maxMessagesPerRead, value: 1).flatMap {
            router.setup(channel: channel, logger: logger)
        }.flatMapThrowing { value in
            try Self.install(lane.desk(on: channel.eventLoop), idleTimeout: idleTimeout, on: channel)
            return value
        }
    }

    /// Puts the lane before the parser of a connection; to be called on its event loop.
    static func install(_ desk: any LaneDesk, idleTimeout: TimeAmount, on channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let idle = IdleLimit(idleTimeout)
        let watch = RouterWatch(idle: idle)
        let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(watch, position: .after(parser))
        let handler = LaneHandler(desk: desk, router: watch, idle: idle)
        idle.isAnswering = { handler.isAnswering }
        try pipeline.addHandler(handler, position: .first)
        try pipeline.addHandler(idle, position: .first)
    }

    func handle(value: Value, logger: Logger) async {
        await router.handle(value: value, logger: logger)
    }
}
