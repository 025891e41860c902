import FoundationEssentials
internal import Models

/// A policy in a file, before it is stored.
struct PolicyFile {
    /// `-` is standard input.
    let path: String

    /// - Throws: ``CommandFailure`` (64) that names every fault by its JSON Pointer, with what is allowed.
    func policy() throws(CommandFailure) -> Policy {
        let text: [UInt8]
        if path == "-" {
            text = Array(Terminal.standardInput().utf8)
        } else {
            guard let contents = FileManager.default.contents(atPath: path) else {
                throw .usage("\(path): can't be read")
            }
            text = Array(contents)
        }
        do {
            return try Policy(json: try JSONParser.parse(text))
        } catch let error as InvalidPolicy {
            throw .usage(error.faults.map { "\(path): \($0)" }.joined(separator: "\n"))
        } catch {
            throw .usage("\(path): \(error)")
        }
    }
}
