import Testing

@testable import Operator

@Suite struct CSVReaderTests {
    private static let text = "\u{FEFF}a,\"b\"\"c\",é\r\n\r\n,\"x\r\ny\",z\rz\n\"\",,\n1,2,3\r"
    private static let records = [
        "1: a|b\"c|é", "3: |x\r\ny|z\rz", "4: ||", "5: 1|2|3\r",
    ]

    @Test(arguments: 1...12) func `records are the same however the file is cut into pieces`(size: Int) throws {
        let bytes = Array(Self.text.utf8)
        var position = 0
        var reader = CSVReader {
            let end = min(position + size, bytes.count)
            defer { position = end }
            return Array(bytes[position..<end])
        }
        var records: [String] = []
        while let record = try reader.next() {
            records.append("\(record.row): \(record.fields.joined(separator: "|"))")
        }
        #expect(records == Self.records)
    }
}
