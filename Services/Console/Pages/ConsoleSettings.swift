/// What the console's pages need to know of the settings.
struct ConsoleSettings: Sendable {
    /// The organisation that people sign in to.
    let organization: String
    /// Whether anybody may sign in as anybody; only ever on loopback.
    let developmentSignIn: Bool
    /// The name, with its port, by which people reach the console where a public URL is set.
    let publicAuthority: String?
    /// Whether people reach the console by HTTPS, so that cookies may ask for it.
    let isSecure: Bool
}
