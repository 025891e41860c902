import FoundationEssentials
import ServiceKit
import Testing

struct ReadmeTests {
    @Test func `the README's table of settings is the one that the code describes`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let isThere = readme.contains(SettingKeys.markdownTable)
        #expect(isThere, "put this table into README.md:\n\(SettingKeys.markdownTable)")
        let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `ONUS_") }
        #expect(rows.count == SettingKeys.all.count, "each setting stands in README.md once")
    }
}
