import Logging
import ServiceKit
import Synchronization

/// What is logged, as a service writes it.
final class LogLines: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    /// Of the most talkative level.
    var logger: Logger {
        Logger(label: "test") { label in
            LineLogHandler(label: label, level: .trace, format: .json) { line in self.bytes.withLock { $0 += line } }
        }
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Those of a level.
    func lines(_ level: Logger.Level) -> [Substring] {
        text.split(separator: "\n").filter { $0.contains("\"level\":\"\(level.rawValue)\"") }
    }
}
