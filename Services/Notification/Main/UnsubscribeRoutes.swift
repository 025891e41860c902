internal import HTTPTypes
package import Hummingbird
internal import Models
package import Postgres
internal import ServiceKit

/// `GET` and `POST /unsubscribe/{token}`: stops one kind of mail for one person, without a sign-in or cookies; of a
/// kind that can't be muted, all mail.
///
/// The GET only shows a button: mail scanners follow links. The POST is what mail programs send by themselves
/// (RFC 8058); sent again it changes nothing.
package struct UnsubscribeRoutes: Sendable {
    private let pool: PostgresPool
    private let links: Links

    package init(pool: PostgresPool, links: Links) {
        self.pool = pool
        self.links = links
    }

    package func add(to router: Router<some RequestContext>) {
        router.get("unsubscribe/:token") { _, context in
            let token = try await verified(context.parameters.get("token"))
            let title = HTMLText.escaped(
                token.kind.canBeMuted ? "No more mail: \(token.kind.title)" : "No more mail from Onus at all")
            return page(
                title,
                """
                <h1 style="font-size:20px">\(title)</h1>
                <p>Such notices still appear in your inbox in Onus.</p>
                <form method="post"><button>Stop this mail</button></form>
                """)
        }
        router.post("unsubscribe/:token") { _, context in
            let token = try await verified(context.parameters.get("token"))
            try await pool.withTransaction { connection in
                try await OrganizationScope.enter(connection, token.organization)
                guard let person = try await Directory.person(connection, of: token) else { throw Self.unknown }
                try await Choices.stopMail(
                    connection, organization: token.organization, person: person, kind: token.kind)
            }
            return page(
                "Done",
                """
                <h1 style="font-size:20px">This mail will not come again</h1>
                <p>Such notices still appear in your inbox in Onus. There you can take the mail again, and choose others:
                <a href="\(HTMLText.escaped(links.choices))">what mail I take</a>.</p>
                """)
        }
    }

    private func verified(_ text: String?) async throws -> UnsubscribeToken {
        guard let text, let read = UnsubscribeToken.unverified(text) else {
            throw Self.unknown
        }
        let organization = read.token.organization
        let key = try await pool.withTransaction { connection in
            try await OrganizationScope.enter(connection, organization)
            return try await DeliveryContent.existingKey(connection, organization: organization)
        }
        guard let key, read.isSealed(key) else { throw Self.unknown }
        return read.token
    }

    private func page(_ title: String, _ body: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                // Framed, the button could be clicked by somebody who sees another page.
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: MailPage.html(title: title, body: body))))
    }

    /// One answer for a broken token, a forged one and one of an organisation that is gone.
    private static let unknown = ProblemDetails(.notFound, detail: "This unsubscribe link is not one of ours.")
}
