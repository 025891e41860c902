internal import ArgumentParser

@main
struct Start {
    static func main() async {
        do {
            var command = try OnusCommand.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Ending.end(with: error)
        }
    }
}
