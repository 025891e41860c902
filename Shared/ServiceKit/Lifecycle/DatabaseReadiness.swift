import Postgres
import Schema

/// Whether the database answers and its schema is the one this build knows, for `/readyz`.
struct DatabaseReadiness: Sendable {
    /// How long the database has to answer; a probe must not wait for long.
    private static let patience = Duration.seconds(2)

    let pool: PostgresPool
    let phase: StartPhase

    func report() async -> ReadinessReport {
        let fault = await databaseFault()
        return ReadinessReport(checks: [
            ReadinessReport.Check(name: "database", fault: fault.database),
            ReadinessReport.Check(name: "schema", fault: fault.schema),
            ReadinessReport.Check(name: "start", fault: phase.fault),
        ])
    }

    private func databaseFault() async -> (database: String?, schema: String?) {
        do {
            let fault = try await withTimeLimit(Self.patience) { [pool] in
                try await pool.withConnection { connection in
                    // A frozen server heeds no cancellation: this gives the connection up, and the probe is answered.
                    guard await connection.answers(within: Self.patience) else {
                        throw TimeLimitExceeded(limit: Self.patience)
                    }
                    let state = try await Schema.check(connection)
                    return state == .current ? nil : state.description
                }
            }
            return (nil, fault)
        } catch {
            // What exactly is wrong stands in the log; a probe learns no more than this.
            return ("not reachable", "not known")
        }
    }
}
