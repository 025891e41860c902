/// One SQL statement with its values.
package struct Statement: Sendable {
    package let sql: String
    package let bindings: [Binding]
    /// Whether the connection keeps it prepared under its own name (see ``ConnectionConfiguration/PreparedStatements``).
    package let isCached: Bool

    /// - Parameter isCached: False for statements that run once, such as DDL, so that they take no place in the cache.
    package init(_ sql: String, _ bindings: [Binding] = [], isCached: Bool = true) {
        self.sql = sql
        self.bindings = bindings
        self.isCached = isCached
    }

    package init(sql: String, bindings: [Binding]) {
        self.init(sql, bindings)
    }

    /// Whether the protocol has room for it: a count of values in 16 bits, and SQL that ends at U+0000.
    var isSendable: Bool { bindings.count <= Int(UInt16.max) && !sql.utf8.contains(0) }
}
