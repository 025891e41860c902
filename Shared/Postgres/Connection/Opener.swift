/// A statement that opens a transaction or a savepoint and has not been sent yet.
struct Opener {
    let scope: Turnstile.Scope
    let statement: Statement
}
