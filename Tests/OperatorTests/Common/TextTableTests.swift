import Testing

@testable import Operator

struct TextTableTests {
    @Test func `columns are as wide as their widest cell and lines end with text`() {
        var table = TextTable(["a", "longer"])
        table.add(["wide cell", "x"])
        table.add(["ä", ""])
        #expect(table.text == "a          longer\nwide cell  x\nä")
    }
}
