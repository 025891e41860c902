import ServiceKit

/// How a request carries its events, by its content type.
enum EventForm: String, Sendable {
    /// One event, envelope and data in one JSON object.
    case structured
    /// One event, its attributes in `ce-` header fields and its data as the body.
    case binary
    /// A JSON array of structured events.
    case batch
    /// One structured event a line.
    case lines

    /// What a refused content type is told to use instead.
    static let accepted =
        "application/cloudevents+json, application/cloudevents-batch+json, application/x-ndjson, application/json"

    /// - Parameter contentType: The header's value, parameters included.
    /// - Returns: `nil` for another media type, or another charset than UTF-8.
    init?(contentType: String?) {
        guard let contentType else { return nil }
        // Nearly always it is one of the names as it stands; only another spelling is taken apart.
        if let form = Self.named(contentType) {
            self = form
        } else if let media = MediaTypeValue(contentType), media.isUTF8, let form = Self.named(media.name) {
            self = form
        } else {
            return nil
        }
    }

    private static func named(_ name: String) -> EventForm? {
        switch name {
        case "application/cloudevents+json": .structured
        case "application/json": .binary
        case "application/cloudevents-batch+json": .batch
        case "application/x-ndjson": .lines
        default: nil
        }
    }
}
