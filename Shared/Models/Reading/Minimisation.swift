/// What an organisation removes from events before anything is stored: the same everywhere, save where a source has rules
/// of its own.
package struct Minimisation: Hashable, Sendable {
    /// For every source without rules of its own.
    package let common: MinimisationRules
    /// By the beginning of the source; the longest first.
    package let sources: [Source]

    package struct Source: Hashable, Sendable {
        /// The sources that begin with these bytes: `/gong/` is for `/gong/eu` too.
        package let prefix: String
        /// In place of the common ones.
        package let rules: MinimisationRules

        package init(prefix: String, rules: MinimisationRules) {
            self.prefix = prefix
            self.rules = rules
        }
    }

    /// What an organisation starts with.
    package static let standard = Minimisation(.standard)

    package init(_ common: MinimisationRules, sources: [Source] = []) {
        self.common = common
        self.sources = sources.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    /// The rules for events of a source.
    ///
    /// - Parameter source: `nil` where it can't be read: then all rules at once, since any of them may be meant.
    package func rules(for source: String?) -> MinimisationRules {
        guard !sources.isEmpty else { return common }
        guard let source else {
            return MinimisationRules(names: sources.reduce(into: common.names) { $0.formUnion($1.rules.names) })
        }
        return sources.first { source.utf8.starts(with: $0.prefix.utf8) }?.rules ?? common
    }
}
