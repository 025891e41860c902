import Crypto
import Glibc
import Hummingbird
import ServiceKit

/// The web console: how its parts fit together.
struct Console {
    private let parts: ServiceParts
    private let pages: Pages

    /// - Throws: ``SettingsFaults`` where the development sign-in is asked for at an address that others reach;
    ///   ``UnreadableTemplate`` for a fault of the build.
    init(_ parts: ServiceParts) throws {
        let values = parts.settings.values
        let developmentSignIn = values[SettingKeys.developmentSignIn]
        if developmentSignIn {
            let faults = Self.faultsOfDevelopmentSignIn(parts.settings)
            guard faults.isEmpty else { throw SettingsFaults(faults) }
        }
        let store = ConsoleStore(pool: parts.pool)
        // Without a key of its own a console keeps sessions for as long as it runs, and shares none with replicas.
        let key = values[SettingKeys.sessionKey].map { SymmetricKey(data: SHA256.hash(data: Array($0.exposed.utf8))) }
        self.parts = parts
        pages = Pages(
            store: store, organizations: OrganizationHistories(store: store), effects: EffectStudies(store: store),
            templates: try Templates(),
            settings: ConsoleSettings(
                organization: values[SettingKeys.organization], developmentSignIn: developmentSignIn,
                publicOrigin: parts.settings.publicURL.flatMap(WebOrigin.init),
                isSecure: parts.settings.publicURL?.hasPrefix("https:") ?? false),
            key: key ?? SymmetricKey(size: .bits256), now: { Int64(time(nil)) })
    }

    /// Whoever reaches the console may be anybody then, so nobody may from elsewhere: neither by its own address nor
    /// through a proxy before it, of which the public address tells.
    private static func faultsOfDevelopmentSignIn(_ settings: ServiceSettings) -> [String] {
        var faults: [String] = []
        if !settings.isLoopback {
            faults.append(
                "ONUS_DEVELOPMENT_SIGN_IN: expected a loopback address as ONUS_HOST, got \"\(settings.host)\"")
        }
        if let url = settings.publicURL,
            !LoopbackName.isOwn(url.split(separator: "/").dropFirst().first.map(String.init))
        {
            faults.append("ONUS_DEVELOPMENT_SIGN_IN: expected a loopback address as ONUS_PUBLIC_URL, got \"\(url)\"")
        }
        return faults
    }

    /// All routes, those that every service has included.
    func router() -> Router<ConsoleContext> {
        let router = parts.router(context: ConsoleContext.self)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: PageErrors(templates: pages.templates))
        router.add(
            middleware: SessionMiddleware(
                key: pages.key, publicOrigin: pages.settings.publicOrigin, now: pages.now))
        Assets().add(to: router)
        SignInPages(pages: pages).add(to: router)
        ScorePages(pages: pages).add(to: router)
        EffectPages(pages: pages).add(to: router)
        GapPages(pages: pages).add(to: router)
        InboxPages(pages: pages).add(to: router)
        QuarantinePages(pages: pages).add(to: router)
        API(pages: pages).add(to: router)
        return router
    }
}
