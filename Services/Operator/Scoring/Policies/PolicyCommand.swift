internal import ArgumentParser

/// The constants of the model, by version.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The constants that scores are made with.",
        discussion: """
            Every score names the version of the policy that made it. Change one like this: show it into a file, edit \
            the file, see with diff who would change and why, then set it for a day to come.
            """,
        subcommands: [
            PolicyListCommand.self, PolicyShowCommand.self, PolicySetCommand.self, PolicyDiffCommand.self,
        ])
}
