import Dispatch
import Foundation
import Synchronization

/// A child process of a test: one of the built executables, or any other program.
///
/// Both outputs go to files, so that a child that writes much never waits for a reader, and the test
/// can look at what has been written so far. The child gets `PATH`, `HOME` and the given variables only.
package final class TestProcess: Sendable {
    package let name: String
    package let identifier: Int32
    private let directory: String
    private let state = Mutex(State())

    private struct State {
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts one of the package's executables, for example `onus-scoring`, as built beside the tests.
    package static func built(
        _ product: String, _ arguments: [String] = [], environment: [String: String] = [:],
        in workingDirectory: String? = nil
    ) throws -> TestProcess {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(product).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failed(description: "expected the built executable \(path), found none: run `swift build` first")
        }
        return try TestProcess(path, arguments, environment: environment, in: workingDirectory)
    }

    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        in workingDirectory: String? = nil
    ) throws {
        let files = FileManager.default
        let directory = files.temporaryDirectory.appendingPathComponent("onus-process-\(UUID())").path
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        inherited.merge(environment) { _, given in given }

        identifier = try Spawn.start(
            executable, arguments, environment: inherited, directory: workingDirectory,
            output: "\(directory)/out", errorOutput: "\(directory)/err")
        name = URL(fileURLWithPath: executable).lastPathComponent
        self.directory = directory
        Self.waiting.async { [identifier, weak self] in
            let status = Spawn.wait(for: identifier)
            self?.hasEnded(status)
        }
    }

    /// Each child's end is waited for on a thread of its own.
    private static let waiting = DispatchQueue(label: "onus.test.process", attributes: .concurrent)

    deinit {
        if state.withLock({ $0.status == nil }) { kill(identifier, SIGKILL) }
        // Nobody can look at the outputs any more; a file left behind would do no harm.
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// What the process has written to standard output so far.
    package var output: String { read("out") }

    /// What the process has written to standard error so far.
    package var errorOutput: String { read("err") }

    package var isRunning: Bool { state.withLock { $0.status == nil } }

    package func send(_ signal: Int32) {
        if isRunning { kill(identifier, signal) }
    }

    /// Sends SIGTERM.
    package func terminate() { send(SIGTERM) }

    /// Sends SIGKILL and waits for the end.
    package func killNow() async {
        send(SIGKILL)
        _ = await wait()
    }

    /// Waits for the end.
    /// - Returns: The exit status, or 128 and the signal that ended it.
    package func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state -> Int32? in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Waits for the end; a process that takes longer is killed, which the status (137) shows.
    package func wait(atMost limit: Duration) async -> Int32 {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends early only when the process has ended.
                guard (try? await Task.sleep(for: limit)) != nil else { return }
                self.send(SIGKILL)
            }
            let status = await wait()
            group.cancelAll()
            return status
        }
    }

    /// Waits until standard output or standard error holds the text.
    package func waitForOutput(_ text: String, atMost limit: Duration = .seconds(30)) async throws {
        let deadline = ContinuousClock.now + limit
        while !output.contains(text), !errorOutput.contains(text) {
            guard isRunning, ContinuousClock.now < deadline else {
                throw Failed(description: "\(name): expected the output \"\(text)\", got: \(output)\(errorOutput)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The most memory it has had, in bytes, as last looked at by this call until its end. What a child's resource usage
    /// says would not do: it counts the memory that the child had before it became the program.
    package func peakMemory() async throws -> Int {
        var peak = 0
        while isRunning {
            let status = FileManager.default.contents(atPath: "/proc/\(identifier)/status") ?? Data()
            for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmHWM:") {
                let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
                peak = max(peak, kibibytes << 10)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return peak
    }

    /// Runs a program to its end.
    /// - Throws: ``Failed`` with its outputs when the exit status isn't 0.
    @discardableResult
    package static func run(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:],
        in workingDirectory: String? = nil
    ) async throws -> String {
        let process = try TestProcess(executable, arguments, environment: environment, in: workingDirectory)
        let status = await process.wait()
        guard status == 0 else {
            throw Failed(
                description: "\(executable) \(arguments): expected exit status 0, got \(status): "
                    + process.output + process.errorOutput)
        }
        return process.output
    }

    private func hasEnded(_ status: Int32) {
        let waiters = state.withLock { state in
            state.status = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    private func read(_ name: String) -> String {
        // A file that can't be read has nothing in it yet.
        String(decoding: FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data(), as: UTF8.self)
    }
}
