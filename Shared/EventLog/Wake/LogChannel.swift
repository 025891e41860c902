/// A channel of LISTEN and NOTIFY. Notifications only wake; what there is to do stands in tables.
package struct LogChannel: Hashable, Sendable {
    package let name: String

    /// - Parameter name: As PostgreSQL's identifiers: lower case, at most 63 bytes.
    package init(name: String) { self.name = name }

    /// Something was appended to the log.
    package static let log = LogChannel(name: "onus_log")
    /// Something was decided that notification should hear of.
    package static let notice = LogChannel(name: "onus_notice")
}
