import Testing

@testable import Operator

struct LineSlicerTests {
    private func slices(_ text: String, size: Int, pieces: Int = 1000) -> [LineSlice] {
        var slicer = LineSlicer(size: size)
        var slices: [LineSlice] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            slices += slicer.add(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        return slices + slicer.finish()
    }

    private func bodies(_ slices: [LineSlice]) -> [String] { slices.map { String(decoding: $0.body, as: UTF8.self) } }

    @Test(arguments: [1, 2, 3, 1000])
    func `lines are cut alike however the bytes arrive`(pieces: Int) {
        let slices = slices("aa\nbb\ncc\n", size: 6, pieces: pieces)
        #expect(bodies(slices) == ["aa\nbb\n", "cc\n"])
        #expect(slices.map(\.lines) == [[1, 2], [3]])
        #expect(slices.map(\.end) == [6, 9])
        #expect(slices.map(\.nextLine) == [3, 4])
    }

    @Test func `blank lines are counted and not sent`() {
        let slices = slices("\n a\r\n  \r\n\nb\n\n", size: 100)
        #expect(bodies(slices) == [" a\r\nb\n"])
        #expect(slices.map(\.lines) == [[2, 5]])
        #expect(slices[0].end == 13)
        #expect(slices[0].nextLine == 7)
    }

    @Test func `a line longer than a slice is one by itself`() {
        let slices = slices("a\nlonger than that\nb\n", size: 5)
        #expect(bodies(slices) == ["a\n", "longer than that\n", "b\n"])
    }

    @Test func `the last line needs no line feed`() {
        let slices = slices("a\nb", size: 100)
        #expect(bodies(slices) == ["a\nb\n"])
        #expect(slices[0].end == 3)
    }

    @Test(arguments: ["", "\n", " \n\n"])
    func `nothing but blank lines is no slice`(text: String) {
        #expect(slices(text, size: 10).isEmpty)
    }

    @Test func `a run that goes on keeps counting from where it began`() {
        var slicer = LineSlicer(size: 100, offset: 40, line: 7)
        var rest = slicer.add(Array("x\ny\n".utf8))
        rest += slicer.finish()
        #expect(rest.map(\.lines) == [[7, 8]])
        #expect(rest.map(\.end) == [44])
    }
}
