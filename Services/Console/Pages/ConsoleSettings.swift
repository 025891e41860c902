/// What the console's pages need to know of the settings.
struct ConsoleSettings: Sendable {
    /// The organisation that people sign in to.
    let organization: String
    /// Whether anybody may sign in as anybody; only ever on loopback.
    let developmentSignIn: Bool
    /// Where people reach the console; `nil` where no public URL is set.
    let publicOrigin: WebOrigin?
    /// Whether people reach the console by HTTPS, so that cookies may ask for it.
    let isSecure: Bool
}
