package import Logging

/// Writes log events as lines on standard error: one JSON object a line for machines, plain words on a terminal.
///
/// Values under a name that sounds like a credential are replaced, whatever they hold; values that are secret by
/// nature travel as ``Secret`` and print as `<private>` anyway.
package struct LineLogHandler: LogHandler {
    package enum Format: Sendable {
        case json, words
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: Format
    private let write: @Sendable ([UInt8]) -> Void
    private let now: @Sendable () -> LogInstant

    /// - Parameters:
    ///   - write: Receives whole lines, with their line feed.
    package init(
        label: String, level: Logger.Level, format: Format,
        write: @escaping @Sendable ([UInt8]) -> Void = { StandardError.write($0) },
        now: @escaping @Sendable () -> LogInstant = { LogInstant.now }
    ) {
        self.label = label
        logLevel = level
        self.format = format
        self.write = write
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadataProvider?.get() ?? [:]
        fields.merge(metadata) { $1 }
        fields.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error, fields["error"] == nil {
            fields["error"] = "\(error)"
        }
        let sorted = fields.sorted { $0.key < $1.key }
        var line: [UInt8] = []
        line.reserveCapacity(256)
        switch format {
        case .json: json(event, sorted, into: &line)
        case .words: words(event, sorted, into: &line)
        }
        line.append(UInt8(ascii: "\n"))
        write(line)
    }

    private func json(
        _ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)], into line: inout [UInt8]
    ) {
        line.append(contentsOf: "{\"time\":\"\(now())\",\"level\":\"\(event.level.rawValue)\",\"logger\":".utf8)
        LogText.appendQuoted(label, to: &line)
        line.append(contentsOf: ",\"message\":".utf8)
        LogText.appendQuoted(event.message.description, to: &line)
        for (key, value) in fields {
            line.append(UInt8(ascii: ","))
            // The line's own members keep their names; a field that took one would make a duplicate member.
            LogText.appendQuoted(Self.ownMembers.contains(key) ? "field.\(key)" : key, to: &line)
            line.append(UInt8(ascii: ":"))
            LogText.append(LogText.isCredential(key) ? "<private>" : value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private func words(
        _ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)], into line: inout [UInt8]
    ) {
        line.append(contentsOf: "\(now()) \(event.level.rawValue) \(label): \(event.message)".utf8)
        for (key, value) in fields {
            line.append(contentsOf: " \(key)=".utf8)
            switch LogText.isCredential(key) ? "<private>" : value {
            case .string(let text): line.append(contentsOf: text.utf8)
            case .stringConvertible(let value): line.append(contentsOf: value.description.utf8)
            case .array, .dictionary: LogText.append(value, to: &line)
            }
        }
        // A line feed inside a value would forge a second line.
        for index in line.indices where line[index] < 0x20 {
            line[index] = UInt8(ascii: " ")
        }
    }

    private static let ownMembers: Set<String> = ["time", "level", "logger", "message"]
}
