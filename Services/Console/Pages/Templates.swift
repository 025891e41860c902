import Mustache

/// The console's templates, parsed once at start.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// - Throws: ``UnreadableTemplate`` naming the template that does not parse.
    init() throws(UnreadableTemplate) {
        var library = MustacheLibrary()
        for (name, bytes) in Self.sources {
            do {
                try library.register(String(decoding: bytes, as: UTF8.self), named: name)
            } catch {
                throw UnreadableTemplate(name: name, reason: "\(error)")
            }
        }
        self.library = library
    }

    /// The page `name` filled from `view`; every value is escaped by the template engine.
    ///
    /// - Throws: ``UnreadableTemplate`` where there is no such template.
    func render(_ name: String, _ view: some Sendable) throws(UnreadableTemplate) -> String {
        guard let page = library.render(view, withTemplate: name) else {
            throw UnreadableTemplate(name: name, reason: "no such template")
        }
        return page
    }

    private static let sources: [(String, [UInt8])] = [
        ("effects", PackageResources.effects_mustache),
        ("gap", PackageResources.gap_mustache),
        ("inbox", PackageResources.inbox_mustache),
        ("interval", PackageResources.interval_mustache),
        ("manager", PackageResources.manager_mustache),
        ("message", PackageResources.message_mustache),
        ("page", PackageResources.page_mustache),
        ("programme", PackageResources.programme_mustache),
        ("programmes", PackageResources.programmes_mustache),
        ("quarantine", PackageResources.quarantine_mustache),
        ("record", PackageResources.record_mustache),
        ("rejected", PackageResources.rejected_mustache),
        ("scoreboard", PackageResources.scoreboard_mustache),
        ("sign-in", PackageResources.sign_in_mustache),
    ]
}

/// A template that the executable carries and cannot use: a fault of the build.
struct UnreadableTemplate: Error, CustomStringConvertible {
    let name: String
    let reason: String

    var description: String { "template \(name): \(reason)" }
}
