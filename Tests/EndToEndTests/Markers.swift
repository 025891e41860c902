import Foundation
import Support
import Synchronization

/// Texts that occur nowhere else, to be looked for on the disk. Short, so that nothing of them is compressed.
final class Markers: Sendable {
    private struct State {
        /// Where each stands in what is sent, by marker.
        var secrets: [String: String] = [:]
        var kept: [String: String] = [:]
    }

    private let state = Mutex(State())

    /// One that must not be found. An identifier, a word of a name and of a unit alike.
    func secret(_ place: String) -> String {
        let marker = "secret-\(UUID().uuidString.lowercased())"
        state.withLock { $0.secrets[marker] = place }
        return marker
    }

    /// One that must be found: what the door keeps. So would be what it should not.
    func kept(_ place: String) -> String {
        let marker = "kept-\(UUID().uuidString.lowercased())"
        state.withLock { $0.kept[marker] = place }
        return marker
    }

    /// The places of secrets that are in `found`, and of what should be there and is not.
    func faults(_ found: Set<String>) -> (leaked: [String], lost: [String]) {
        state.withLock { state in
            (
                state.secrets.filter { found.contains($0.key) }.map(\.value).sorted(),
                state.kept.filter { !found.contains($0.key) }.map(\.value).sorted()
            )
        }
    }

    var places: Int { state.withLock { $0.secrets.count } }

    /// Those of all markers that stand in a text.
    func found(in text: String) -> Set<String> {
        Set(text.lowercased().matches(of: Self.pattern).map { String($0.output) })
    }

    /// Those of all markers that stand in a file below a folder.
    func found(below folder: String) async throws -> Set<String> {
        let search = try TestProcess(
            "/usr/bin/grep",
            [
                "-r", "-a", "-o", "-h", "-i", "-E", "-e", "(secret|kept)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                folder,
            ])
        let status = await search.wait(atMost: .seconds(120))
        // 2: something could not be read, and then nothing is proven.
        guard status < 2 else { throw StackFailure(description: "grep: \(search.errorOutput)") }
        return Set(search.output.lowercased().split(separator: "\n").map(String.init))
    }

    private static var pattern: Regex<Substring> {
        /(?:secret|kept)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/
    }
}
