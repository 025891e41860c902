/// What the fields of a request's head come to.
struct LaneFields {
    private(set) var contentLength: Int?
    private var token: Range<Int>?
    private var isStructured = false
    /// A field that the router has to judge, or one that comes twice.
    private var isSpecial = false
    private var hasContentType = false

    /// The token of a request that carries one structured event.
    var tokenOfEvent: Range<Int>? { isStructured && !isSpecial && contentLength != 0 ? token : nil }

    /// - Returns: False where the field makes it uncertain where the request ends, or what its connection is for then.
    mutating func take(_ field: LaneField, of bytes: UnsafeRawBufferPointer) -> Bool {
        // Most fields are told by the length of their names.
        switch field.name.count {
        case 6: return !field.isNamed("expect", bytes)
        case 7: return !field.isNamed("upgrade", bytes)
        case 10: return !field.isNamed("connection", bytes) || field.has("keep-alive", bytes)
        case 12 where field.isNamed("content-type", bytes): takeContentType(field, of: bytes)
        case 13 where field.isNamed("authorization", bytes): takeAuthorization(field, of: bytes)
        case 14 where field.isNamed("content-length", bytes): return takeContentLength(field, of: bytes)
        case 16 where field.isNamed("content-encoding", bytes): isSpecial = true
        case 16: return !field.isNamed("proxy-connection", bytes)
        case 17: return !field.isNamed("transfer-encoding", bytes)
        default: break
        }
        return true
    }

    private mutating func takeContentType(_ field: LaneField, of bytes: UnsafeRawBufferPointer) {
        isSpecial = isSpecial || hasContentType
        hasContentType = true
        isStructured =
            field.has("application/cloudevents+json", bytes)
            || EventForm(contentType: String(decoding: bytes[field.value], as: UTF8.self)) == .structured
    }

    private mutating func takeAuthorization(_ field: LaneField, of bytes: UnsafeRawBufferPointer) {
        let scheme = field.value.prefix(7)
        let secret = field.value.dropFirst(7)
        guard token == nil, LaneField(name: scheme, value: secret).isNamed("bearer ", bytes), !secret.isEmpty,
            !bytes[secret].contains(UInt8(ascii: " "))
        else {
            isSpecial = true
            return
        }
        token = secret
    }

    private mutating func takeContentLength(_ field: LaneField, of bytes: UnsafeRawBufferPointer) -> Bool {
        guard contentLength == nil, (1...9).contains(field.value.count) else { return false }
        var length = 0
        for byte in bytes[field.value] {
            guard byte &- UInt8(ascii: "0") < 10 else { return false }
            length = length * 10 + Int(byte - UInt8(ascii: "0"))
        }
        contentLength = length
        return true
    }
}
