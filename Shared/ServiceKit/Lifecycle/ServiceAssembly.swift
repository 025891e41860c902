package import Hummingbird
package import HummingbirdCore
package import ServiceLifecycle

/// What one service adds to the parts that all have: its own long-running work, and its routes.
package struct ServiceAssembly {
    let services: [any Service]
    let application: (ServiceParts) -> any Service

    /// - Parameters:
    ///   - services: Consumers and other work, in the order of their dependencies. They start once the database has
    ///     been reached and checked, and are told to stop before the pool is.
    ///   - router: From ``ServiceParts/router(context:)``, complete with the service's routes.
    ///   - server: What serves a connection; `nil`: what serves those of every service.
    package init<Context: RequestContext>(
        services: [any Service] = [], router: Router<Context>, server: HTTPServerBuilder? = nil
    )
    where Context.Source == ApplicationRequestContextSource {
        self.services = services
        application = { parts in
            if let server { parts.application(router, server: server) } else { parts.application(router) }
        }
    }

    /// A service without routes of its own.
    package init(services: [any Service]) {
        self.services = services
        application = { parts in parts.application(parts.router()) }
    }
}
