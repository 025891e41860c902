import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    @Test func `a statement returns its rows in order`() async throws {
        try await TestDatabase.withEmpty { database in
            let rows = try await database.pool.query("SELECT n, 'row ' || n FROM generate_series(1, $1) AS n", [3])
            #expect(try rows.map { try $0.int8(0) } == [1, 2, 3])
            #expect(try rows.map { try $0.text(1) } == ["row 1", "row 2", "row 3"])
            #expect(rows.affectedRows == 3)
        }
    }
}
