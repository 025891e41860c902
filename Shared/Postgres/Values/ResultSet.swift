/// The rows of one statement, copied out of libpq into one contiguous buffer.
///
/// Rows come in the order that the server sent them. Empty for statements that return none.
package struct ResultSet: Sendable {
    /// A column of the result.
    package struct Column: Sendable, Hashable {
        package let name: String
        package let type: TypeOID
    }

    let storage: ResultStorage

    package var columns: [Column] { storage.columns }

    /// Rows inserted, updated, deleted, selected or copied, as the server counted them; 0 for other commands.
    package var affectedRows: Int { storage.affectedRows }

    /// The server's command tag, for example `INSERT 0 1`.
    package var commandTag: String { storage.commandTag }

    /// Bytes of all values together, as the server sent them.
    package var byteCount: Int { storage.bytes.count }

    /// The position of the first column of that name.
    package func index(of name: String) throws(PostgresError) -> Int {
        try storage.index(of: name)
    }

    /// The only row of a result that must have exactly one.
    package func only() throws(PostgresError) -> Row {
        guard count == 1 else {
            throw PostgresError(.decoding, "expected exactly one row, got \(count)")
        }
        return self[0]
    }
}

extension ResultSet: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { storage.rows }
    package subscript(position: Int) -> Row { Row(storage: storage, index: position) }
}
