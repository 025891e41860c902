import Postgres

/// The hooks that are switched on.
///
/// Source: `hook.hook` (V0064), through the index `hook_name_unique`.
struct Hooks: Sendable {
    let pool: PostgresPool

    /// - Returns: Nil where there is none, or it is switched off.
    func named(_ name: String) async throws(PostgresError) -> HookRecord? {
        let rows = try await pool.query(
            "SELECT \(HookRecord.columns) FROM hook.hook AS h WHERE h.name = $1 AND h.disabled IS NULL", [.text(name)])
        guard let row = rows.first else { return nil }
        return try HookRecord(row)
    }
}
