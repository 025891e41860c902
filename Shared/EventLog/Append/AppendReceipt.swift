/// What became of a batch: everything in it is durable, and each event was either new or known before.
package struct AppendReceipt: Hashable, Sendable {
    /// For each event of the batch, in its order: whether it was new. Of equal identities within the batch the first
    /// may be new; the others never are.
    package let isNew: [Bool]

    package init(isNew: [Bool]) { self.isNew = isNew }

    package var accepted: Int { isNew.count(where: \.self) }
    package var duplicates: Int { isNew.count - accepted }
}
