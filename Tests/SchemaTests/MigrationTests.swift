import Foundation
import Schema
import Testing

@Suite struct MigrationTests {
    @Test func `the list names every file of the folder, in order`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Shared/Schema/Migrations")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }
        let listed = try Migration.all()
        #expect(
            listed.map { "V\(String(repeating: "0", count: 4 - "\($0.version)".count))\($0.version)__\($0.name).sql" }
                == files.sorted())
        for (migration, file) in zip(listed, files.sorted()) {
            #expect(migration.sql == (try String(contentsOf: folder.appending(path: file), encoding: .utf8)), "\(file)")
        }
    }

    @Test func `a file says what it means for older services`() throws {
        let safe = try Migration(file: "V0007__add_due_index.sql", sql: "-- safe while older services run\nSELECT 1")
        #expect(safe.version == 7 && safe.name == "add_due_index" && safe.effect == .safe && safe.isTransactional)
        let breaking = try Migration(
            file: "V1200__x.sql", sql: "-- breaking: the column went\n-- no transaction\nSELECT 1")
        #expect(breaking.effect == .breaking("the column went") && !breaking.isTransactional)
        #expect(breaking.checksum.count == 64 && breaking.checksum != safe.checksum)
    }

    @Test(arguments: [
        ("V0001__x.sql", "SELECT 1"), ("V0001__x.sql", "-- breaking: "), ("V0001__x.sql", ""),
        ("0001__x.sql", "-- safe while older services run"), ("V1__x.sql", "-- safe while older services run"),
        ("V0000__x.sql", "-- safe while older services run"), ("V0001_x.sql", "-- safe while older services run"),
    ])
    func `a file that is not as agreed is refused`(file: String, sql: String) {
        #expect(throws: SchemaError.self) { try Migration(file: file, sql: sql) }
    }
}
