import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Ingestion

/// The lane's handler between a connection and a router that are both the test's.
@Suite struct LaneHandlerTests {
    /// Takes every event of the token `good` and keeps it until the test answers.
    private final class Desk: LaneDesk {
        var taken: [LaneHandler] = []
        var isOpen = true
        var room = Int.max
        var held = 0

        func hold(_ bytes: Int) -> Bool {
            guard held + bytes <= room else { return false }
            held += bytes
            return true
        }

        func release(_ bytes: Int) { held -= bytes }

        func knows(_ token: UnsafeBufferPointer<UInt8>) -> Bool { token.elementsEqual("good".utf8) }

        func take(_ head: LaneHead, _ bytes: UnsafeRawBufferPointer, for handler: LaneHandler) -> Bool {
            guard isOpen, let token = head.token, bytes[token].elementsEqual("good".utf8) else { return false }
            taken.append(handler)
            return true
        }
    }

    private final class Events: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var seen: [String] = []
        var hasQuiesced = false
        var isOver = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): seen.append("\(head.method) \(head.uri)")
            case .body(let body): seen.append(String(buffer: body))
            case .end: seen.append("end")
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is ChannelShouldQuiesceEvent { hasQuiesced = true }
            if case ChannelEvent.inputClosed? = event as? ChannelEvent { isOver = true }
        }
    }

    private let channel = EmbeddedChannel()
    private let desk = Desk()
    private let router = Events()

    init() throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        try pipeline.addHandler(router)
        try LaneChannel.install(desk, idleTimeout: .seconds(60), on: channel)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func request(_ body: String = "{}", token: String = "good", more: String = "") -> String {
        "POST /v1/events HTTP/1.1\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/cloudevents+json\r\n"
            + "\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func arrive(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    private func answer(_ text: String) { desk.taken.removeFirst().answer(ByteBuffer(string: text)) }

    /// The router's answer.
    private func respond(_ status: HTTPResponseStatus = .ok) throws {
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status)))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    }

    private func sent() throws -> String {
        var text = ""
        while case .byteBuffer(let bytes)? = try channel.readOutbound(as: IOData.self) { text += String(buffer: bytes) }
        return text
    }

    @Test func `an event never gets to the router, nor does one after it`() throws {
        for _ in 0..<2 {
            try arrive(request())
            #expect(desk.taken.count == 1)
            answer("A")
            #expect(try sent() == "A")
        }
        #expect(router.seen.isEmpty)
    }

    @Test func `requests that come together are answered one after the other, whoever answers`() throws {
        try arrive(request() + request(token: "other") + request() + request("{ }"))
        #expect(desk.taken.count == 1)
        #expect(router.seen.isEmpty)
        answer("A")
        #expect(try sent() == "A")
        // The router has the second; what follows goes the same way, since it must wait for that.
        #expect(
            router.seen == [
                "POST /v1/events", "{}", "end", "POST /v1/events", "{}", "end", "POST /v1/events", "{ }", "end",
            ])
        #expect(desk.taken.isEmpty)
        try arrive(request("{  }"))
        #expect(router.seen.count == 12)
        for _ in 0..<4 { try respond() }
        _ = try sent()
        try arrive(request())
        #expect(desk.taken.count == 1)
    }

    @Test func `a request may come byte by byte`() throws {
        for byte in Array(request(#"{"a":1}"#).utf8) {
            #expect(desk.taken.isEmpty)
            try channel.writeInbound(ByteBuffer(bytes: [byte]))
        }
        #expect(desk.taken.count == 1)
        #expect(router.seen.isEmpty)
    }

    @Test func `what the desk does not take arrives at the router as it came`() throws {
        desk.isOpen = false
        let text = request(#"{"a":1}"#)
        try arrive(String(text.dropLast(3)))
        #expect(router.seen.isEmpty)
        try arrive(String(text.suffix(3)))
        #expect(router.seen == ["POST /v1/events", #"{"a":1}"#, "end"])
        try respond(.badRequest)
        desk.isOpen = true
        try arrive(request())
        #expect(desk.taken.count == 1)
    }

    @Test func `a stranger's request goes on before its body is there`() throws {
        try arrive(String(request(token: "other").dropLast(1)))
        #expect(router.seen == ["POST /v1/events", "{"])
    }

    @Test func `a body beyond the lane's limit goes on as it comes`() throws {
        let text = request(String(repeating: " ", count: EventLane.bodyLimit + 1))
        try arrive(String(text.prefix(1000)))
        #expect(router.seen.count == 2)
        try arrive(String(text.dropFirst(1000)) + request())
        // It has not been answered yet.
        #expect(desk.taken.isEmpty)
        #expect(router.seen.suffix(3) == ["POST /v1/events", "{}", "end"])
    }

    @Test(arguments: ["Connection: close\r\n", "Expect: 100-continue\r\n"])
    func `a request that ends otherwise leaves its connection to the router for good`(field: String) throws {
        try arrive(request(more: field))
        try respond()
        // After a close the parser takes nothing more.
        _ = try? arrive(request())
        #expect(desk.taken.isEmpty)
        #expect(router.seen.prefix(3) == ["POST /v1/events", "{}", "end"])
    }

    @Test func `another route leaves the connection to the router for good`() throws {
        try arrive("GET /metrics HTTP/1.1\r\n\r\n")
        try respond()
        try arrive(request())
        #expect(desk.taken.isEmpty)
        #expect(router.seen == ["GET /metrics", "end", "POST /v1/events", "{}", "end"])
    }

    @Test func `a shutdown waits for the answer in hand, and comes at once where there is none`() throws {
        try arrive(request())
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!router.hasQuiesced)
        answer("A")
        #expect(try sent() == "A")
        #expect(router.hasQuiesced)
        // Whatever comes now is the router's, who closes.
        try arrive(request())
        #expect(desk.taken.isEmpty)
        #expect(router.seen == ["POST /v1/events", "{}", "end"])
    }

    @Test func `a shutdown in the middle of a request leaves it to the router`() throws {
        try arrive(String(request().dropLast(1)))
        #expect(router.seen.isEmpty)
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(router.hasQuiesced)
        #expect(router.seen == ["POST /v1/events", "{"])
    }

    @Test func `whoever has said all it had to say is answered before the connection ends`() throws {
        try arrive(request())
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!router.isOver)
        answer("A")
        #expect(router.isOver)
        #expect(try sent() == "A")
    }

    @Test func `an answer to whoever has gone goes nowhere`() throws {
        try arrive(request())
        _ = try channel.finish(acceptAlreadyClosed: true)
        answer("A")
        #expect(try sent() == "")
    }

    @Test func `whoever does not read its answers is not read from`() throws {
        try arrive(request())
        try arrive(String(repeating: request(), count: 700))
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        answer("A")
        #expect(desk.taken.isEmpty)
        #expect(try countReads { channel.read() } == 0)
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(desk.taken.count == 1)
        // As long as requests wait here for their turn, none is read.
        let early = try countReads {
            for _ in 0..<200 { answer("A") }
        }
        #expect(early == 0)
        let late = try countReads {
            for _ in 0..<500 { answer("A") }
        }
        #expect(late == 1)
    }

    /// How many reads get past the lane.
    private func countReads(_ body: () -> Void) throws -> Int {
        final class Counter: ChannelOutboundHandler, RemovableChannelHandler {
            typealias OutboundIn = IOData
            var count = 0
            func read(context: ChannelHandlerContext) { count += 1 }
        }
        let counter = Counter()
        try channel.pipeline.syncOperations.addHandler(counter, position: .first)
        body()
        channel.pipeline.syncOperations.removeHandler(counter, promise: nil)
        channel.embeddedEventLoop.run()
        return counter.count
    }

    @Test func `a connection on which nothing happens is closed, one that waits for us is not`() throws {
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        try arrive(request())
        channel.embeddedEventLoop.advanceTime(by: .seconds(200))
        #expect(channel.isActive)
        answer("A")
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(channel.isActive)
        try arrive(request(token: "other"))
        channel.embeddedEventLoop.advanceTime(by: .seconds(200))
        #expect(channel.isActive)
        try respond()
        channel.embeddedEventLoop.advanceTime(by: .seconds(121))
        #expect(!channel.isActive)
    }

    @Test func `a request that stays away half-way does not keep its connection open`() throws {
        try arrive(String(request().dropLast(1)))
        channel.embeddedEventLoop.advanceTime(by: .seconds(61))
        #expect(!channel.isActive)
    }

    @Test func `a head that comes byte by byte does not keep its connection open`() throws {
        for byte in request().prefix(3) {
            try arrive(String(byte))
            channel.embeddedEventLoop.advanceTime(by: .seconds(40))
        }
        #expect(!channel.isActive)
    }

    @Test func `a body that comes byte by byte may take its time`() throws {
        let body = String(repeating: " ", count: 5) + "{}"
        let text = request(body)
        try arrive(String(text.dropLast(body.utf8.count)))
        for byte in body {
            channel.embeddedEventLoop.advanceTime(by: .seconds(40))
            try arrive(String(byte))
        }
        #expect(desk.taken.count == 1)
    }

    @Test func `what is kept of a connection does not grow with what it has sent`() throws {
        let handler = try channel.pipeline.syncOperations.handler(type: LaneHandler.self)
        let body = String(repeating: " ", count: 600)
        let stream = Array(String(repeating: request(body), count: 3).utf8)
        let length = request(body).utf8.count
        try channel.writeInbound(ByteBuffer(bytes: stream.prefix(length + 100)))
        for _ in 0..<2_000 {
            answer("A")
            // Always one and a part of the next: the buffer is never empty.
            try channel.writeInbound(ByteBuffer(bytes: stream.dropFirst(100).prefix(length)))
        }
        #expect(handler.memory < 1 << 20)
    }

    @Test func `the memory for a request that is arriving is held, and given back however it ends`() throws {
        let whole = request()
        try arrive(String(whole.dropLast(1)))
        #expect(desk.held == whole.utf8.count)
        try arrive(String(whole.suffix(1)))
        #expect(desk.held == 0)
        answer("A")
        try arrive(String(whole.dropLast(1)))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(desk.held == 0)
    }

    @Test func `the memory of a request whose sender goes away half-way is given back`() throws {
        try arrive(String(request().dropLast(1)))
        #expect(desk.held > 0)
        _ = try channel.finish(acceptAlreadyClosed: true)
        #expect(desk.held == 0)
    }

    @Test func `where there is no memory left a request goes on before its body is there`() throws {
        desk.room = 10
        try arrive(String(request().dropLast(1)))
        #expect(router.seen.first == "POST /v1/events")
        #expect(desk.held == 0)
    }

    @Test func `after something that the router's parser refuses nothing is taken`() throws {
        try arrive(request("{}", token: "other"))
        channel.pipeline.syncOperations.fireErrorCaught(HTTPParserError.invalidContentLength)
        #expect(throws: HTTPParserError.self) { try channel.throwIfErrorCaught() }
        try respond()
        try arrive(request())
        #expect(desk.taken.isEmpty)
    }
}
