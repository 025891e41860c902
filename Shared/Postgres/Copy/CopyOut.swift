/// The rows of a `COPY … TO STDOUT`, to be iterated once. See ``Connection/copyOut(_:)``.
package struct CopyOut: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = PostgresError

    let connection: Connection
    let sql: String

    package func makeAsyncIterator() -> Iterator {
        Iterator(reader: Reader(connection: connection, sql: sql))
    }

    package struct Iterator: AsyncIteratorProtocol {
        let reader: Reader

        package mutating func next() async throws(PostgresError) -> [UInt8]? {
            try await reader.next()
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(PostgresError) -> [UInt8]? {
            try await reader.next()
        }
    }

    /// The iterator's state; its end tells the connection that nobody reads on.
    final class Reader {
        private let connection: Connection
        private let sql: String
        private var operation: UInt64?
        private var isFinished = false
        private var rows: [[UInt8]] = []
        private var position = 0

        init(connection: Connection, sql: String) {
            self.connection = connection
            self.sql = sql
        }

        deinit {
            if let operation { connection.abandonCopy(operation) }
        }

        func next() async throws(PostgresError) -> [UInt8]? {
            if position < rows.count {
                defer { position += 1 }
                return rows[position]
            }
            guard !isFinished else { return nil }
            do throws(PostgresError) {
                let number: UInt64
                if let operation { number = operation } else { number = try await connection.startCopyOut(sql) }
                operation = number
                rows = try await connection.readCopy(number)
            } catch {
                operation = nil
                isFinished = true
                throw error
            }
            guard let first = rows.first else {
                operation = nil
                isFinished = true
                return nil
            }
            position = 1
            return first
        }
    }
}
