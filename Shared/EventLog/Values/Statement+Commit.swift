import Postgres

extension Statement {
    /// The transaction's commit is not waited for on disk: for what a crash may take away again.
    static let committingSoon = Statement("SELECT set_config('synchronous_commit', 'off', true)")
}
