import HTTPTypes
import Hummingbird
import Models
import NIOCore
import ServiceKit

/// An answer of the lane as the bytes that the router's answer would be.
struct LaneAnswer {
    let status: HTTPResponse.Status
    private let headers: HTTPFields
    private let body: String

    /// For an event that is durable.
    ///
    /// - Parameter isNew: Or known before.
    init(isNew: Bool) {
        var receipt = Receipt()
        receipt.add(accepted: isNew ? 1 : 0, duplicates: isNew ? 0 : 1)
        status = receipt.status(of: .structured)
        headers = [.contentType: "application/json"]
        body = JSONValue.object(receipt.members).serialized
    }

    /// For one that was not stored.
    init(_ problem: ProblemDetails) {
        status = problem.status
        var headers = problem.headers
        headers[.contentType] = "application/problem+json"
        self.headers = headers
        body = problem.json
    }

    /// - Parameter date: For the `Date` field.
    func bytes(at date: Instant) -> ByteBuffer {
        var head = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n"
        for field in headers {
            head += "\(field.name.rawName): \(field.value)\r\n"
        }
        head +=
            "Content-Length: \(body.utf8.count)\r\nX-Content-Type-Options: nosniff\r\nDate: \(date.httpDate)\r\n\r\n"
        return ByteBuffer(string: head + body)
    }
}

extension Instant {
    /// As header fields have it: `Tue, 31 Mar 2026 09:30:00 GMT` (RFC 9110, section 5.6.7).
    var httpDate: String {
        let (year, month, day) = self.day.components
        let second = Int((microseconds - Instant(startOf: self.day).microseconds) / 1_000_000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(Self.weekdays[self.day.weekday - 1]), \(two(day)) \(Self.months[month - 1]) \(year) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
