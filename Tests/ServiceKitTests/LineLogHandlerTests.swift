import Logging
import Models
import ServiceKit
import Synchronization
import Testing

@Suite struct LineLogHandlerTests {
    private final class Lines: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
        func write(_ line: [UInt8]) { bytes.withLock { $0 += line } }
    }

    private func logged(_ format: LineLogHandler.Format, _ log: (Logger) -> Void) -> String {
        let lines = Lines()
        let logger = Logger(label: "onus-test") { label in
            LineLogHandler(
                label: label, level: .info, format: format, write: { lines.write($0) },
                now: { LogInstant(seconds: 1_772_281_845, milliseconds: 7) })
        }
        log(logger)
        return lines.text
    }

    @Test func `an event is one JSON object on one line`() throws {
        let line = logged(.json) { logger in
            logger.info("Said \"so\"\nand more", metadata: ["count": .stringConvertible(3), "list": ["a", "b"]])
        }
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(
            try JSONParser.parse(line) == [
                "time": "2026-02-28T12:30:45.007Z", "level": "info", "logger": "onus-test",
                "message": "Said \"so\"\nand more", "count": 3, "list": ["a", "b"],
            ])
    }

    @Test func `a field that takes one of the line's own names does not make it twice`() throws {
        let line = logged(.json) { $0.warning("x", metadata: ["message": "forged", "level": "forged"]) }
        let value = try JSONParser.parse(line)
        #expect(value["message"] == "x")
        #expect(value["field.message"] == "forged")
    }

    @Test(arguments: [LineLogHandler.Format.json, .words])
    func `values under the name of a credential are not written`(format: LineLogHandler.Format) {
        let line = logged(format) { logger in
            logger.info("x", metadata: ["token": "hush", "smtp.password": "hush", "inner": ["Authorization": "hush"]])
        }
        #expect(!line.contains("hush"))
        #expect(line.contains("<private>"))
    }

    @Test func `less than the level is not written, and a line feed can't forge a line in words`() {
        let line = logged(.words) { logger in
            logger.debug("not this")
            logger.error("first\nsecond", metadata: ["a": "b\nc"])
        }
        #expect(line == "2026-02-28T12:30:45.007Z error onus-test: first second a=b c\n")
    }
}
