import FoundationEssentials
internal import ServiceKit

/// The nearest `.onus` folder, from a folder upwards: what `make` left for the commands.
struct StateFolder {
    let path: String

    /// - Parameter folder: Where to begin; the current folder when `nil`.
    /// - Returns: `nil` where no folder above has one.
    static func nearest(to folder: String? = nil) -> StateFolder? {
        var folder = folder ?? FileManager.default.currentDirectoryPath
        while true {
            let candidate = folder == "/" ? "/.onus" : "\(folder)/.onus"
            if FileManager.default.fileExists(atPath: "\(candidate)/env") { return StateFolder(path: candidate) }
            guard let slash = folder.lastIndex(of: "/"), folder != "/" else { return nil }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }

    /// A value of `.onus/env`, whose lines are `NAME=value`, unquoted.
    func value(of name: String) -> String? {
        text(of: "env")?.split(separator: "\n").last { $0.hasPrefix("\(name)=") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    /// The admin token of the organisation `default`, where `make` has made one.
    var adminToken: Secret? {
        text(of: "admin.token").map { Secret($0.filter { !$0.isWhitespace }) }
    }

    private func text(of file: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(file)").map { String(decoding: $0, as: UTF8.self) }
    }
}
