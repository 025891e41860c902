package import Models
package import Postgres

extension EventAppender {
    /// Lends a connection to `body`.
    func withConnection<Value: Sendable>(
        _ body: (Connection) async throws -> Value
    ) async throws(AppendError) -> Value {
        do {
            return try await pool.withConnection(body)
        } catch let error as PostgresError {
            throw AppendError(error)
        } catch {
            throw .unavailable(PostgresError(.closed, "\(error)"))
        }
    }

    /// Appends a group, or, where the database refuses something in it, each of its events by itself.
    ///
    /// - Parameter connection: What to append through; `nil`: any of the pool's.
    /// - Returns: One result for each entry.
    package func appendGroup(
        _ entries: [LogEntry], organization: OrganizationID, through connection: Connection? = nil
    ) async -> [Result<Bool, AppendError>] {
        do {
            return try await append(entries, organization: organization, through: connection).isNew.map { .success($0) }
        } catch {
            guard case .refused = error, entries.count > 1 else {
                return entries.map { _ in .failure(error) }
            }
        }
        var results: [Result<Bool, AppendError>] = []
        for entry in entries {
            do {
                results.append(
                    .success(try await append([entry], organization: organization, through: connection).isNew[0]))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }
}
