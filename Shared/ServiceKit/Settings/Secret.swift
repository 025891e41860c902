/// A value that may be used and never shown: every way of printing it says `<private>`.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value itself. For the one place that hands it to its user, never for a message.
    package let exposed: String

    package init(_ value: String) {
        exposed = value
    }

    package var description: String { "<private>" }
    package var debugDescription: String { "<private>" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
