import FoundationEssentials
import ServiceKit
import Testing

@testable import Operator

struct StateFolderTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "onus-\(UUID())").path
        try FileManager.default.createDirectory(atPath: "\(path)/.onus", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(path)/a/b", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func `the nearest folder upwards with an env file counts`() throws {
        try Self.withFolder { path in
            try Data("ONUS_DATABASE_URL=postgresql://u:p=q@h/d?x=1\nONUS_INGESTION_PORT=9\n".utf8)
                .write(to: URL(filePath: "\(path)/.onus/env"))
            // One without an env file is no stack: it does not hide the one above.
            try FileManager.default.createDirectory(atPath: "\(path)/a/.onus", withIntermediateDirectories: true)
            let state = try #require(StateFolder.nearest(to: "\(path)/a/b"))
            #expect(state.path == "\(path)/.onus")
            #expect(state.value(of: "ONUS_DATABASE_URL") == "postgresql://u:p=q@h/d?x=1")
            #expect(state.value(of: "ONUS_INGESTION_PORT") == "9")
            #expect(state.value(of: "ONUS_DATABASE") == nil)
        }
    }

    @Test func `a token is read without the line's end`() throws {
        try Self.withFolder { path in
            try Data("ONUS_A=1\n".utf8).write(to: URL(filePath: "\(path)/.onus/env"))
            try Data("onus_secret\n".utf8).write(to: URL(filePath: "\(path)/.onus/admin.token"))
            #expect(StateFolder.nearest(to: path)?.adminToken?.exposed == "onus_secret")
        }
    }
}
