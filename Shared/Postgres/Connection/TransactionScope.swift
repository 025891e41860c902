/// The transactions that the current task runs inside of, so that a connection can tell them from
/// tasks outside. Child tasks inherit them.
enum TransactionScope {
    struct Entry: Sendable {
        let connection: UInt64
        let scope: Turnstile.Scope
    }

    @TaskLocal static var current: [Entry] = []

    /// The innermost transaction on that connection which the task is in; 0 for none.
    static func scope(on connection: UInt64) -> Turnstile.Scope {
        current.last { $0.connection == connection }?.scope ?? 0
    }
}
