/// The head of a `POST /v1/events`, read from its bytes as they came, as far as the lane must know it.
///
/// Read strictly: where it is not plain beyond doubt where a request ends, it is ``Reading/foreign``, and NIO's parser
/// alone reads the connection from there on. So the two can't come to different ends.
struct LaneHead: Equatable {
    enum Reading: Equatable {
        /// The beginning of one.
        case incomplete
        case head(LaneHead)
        /// Another request, or one whose end its head does not tell.
        case foreign
    }

    /// The longest head that is read, in bytes.
    static let limit = 8 * 1024

    /// The most fields of a head; NIO's parser has a limit of its own above it.
    static let fieldLimit = 64

    /// Up to the body.
    let length: Int
    let bodyLength: Int
    /// Where the bearer token stands, in a request that carries one structured event; `nil`: the router's affair.
    let token: Range<Int>?

    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        guard bytes.prefix(requestLine.count).elementsEqual(requestLine.prefix(bytes.count)) else { return .foreign }
        var fields = LaneFields()
        var position = requestLine.count
        var count = 0
        while position < bytes.count {
            switch LaneField.read(bytes, from: position) {
            case .incomplete: return bytes.count < limit ? .incomplete : .foreign
            case .invalid: return .foreign
            case .end(let end):
                guard end <= limit, let bodyLength = fields.contentLength else { return .foreign }
                return .head(LaneHead(length: end, bodyLength: bodyLength, token: fields.tokenOfEvent))
            case .field(let field, let next):
                count += 1
                guard count <= fieldLimit, fields.take(field, of: bytes) else { return .foreign }
                position = next
            }
        }
        return bytes.count < limit ? .incomplete : .foreign
    }

    private static let requestLine = Array("POST /v1/events HTTP/1.1\r\n".utf8)
}
