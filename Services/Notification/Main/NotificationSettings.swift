import Models
import ServiceKit

/// What the service's own settings come to.
///
/// | key | meaning |
/// | --- | --- |
/// | `ONUS_SMTP_URL` (secret) | the mail server; unset: in-app inbox only |
/// | `ONUS_SMTP_CA_FILE` | certificates to trust as its authorities; unset: the system's |
/// | `ONUS_MAIL_FROM` | the sender, `Name <local@domain>` or `local@domain` |
/// | `ONUS_PUBLIC_URL` | where people reach the console; unset: its port on this machine |
/// | `ONUS_UNSUBSCRIBE_URL` | where mail programs reach this service; unset: its own address |
/// | `ONUS_WEBHOOK_NETWORKS` | what webhooks may call beside public addresses |
struct NotificationSettings: Sendable {
    let mail: MailSettings?
    let links: Links
    let reach: WebhookReach

    /// - Throws: ``SettingsFaults`` with every fault at once.
    init(_ settings: ServiceSettings) throws(SettingsFaults) {
        var faults: [String] = []
        func reading<Value>(_ name: String, _ read: () throws(InvalidValue) -> Value) -> Value? {
            do throws(InvalidValue) {
                return try read()
            } catch {
                faults.append("\(name): expected \(error.expected)")
                return nil
            }
        }
        let from = reading("ONUS_MAIL_FROM") { () throws(InvalidValue) in
            try MailAddress(mailbox: settings.values[SettingKeys.mailFrom])
        }
        var endpoint: SMTPEndpoint?
        if let url = settings.values[SettingKeys.smtpURL] {
            endpoint = reading("ONUS_SMTP_URL") { () throws(InvalidValue) in try SMTPEndpoint(url: url.exposed) }
        }
        let console = reading("ONUS_PUBLIC_URL") { () throws(InvalidValue) in
            try WebAddress(
                settings.publicURL ?? Self.local(settings.host, ServiceName.console.defaultPort), field: "address")
        }
        let unsubscribe = reading("ONUS_UNSUBSCRIBE_URL") { () throws(InvalidValue) in
            try WebAddress(
                settings.values[SettingKeys.unsubscribeURL] ?? Self.local(settings.host, settings.port),
                field: "address")
        }
        let reach = reading("ONUS_WEBHOOK_NETWORKS") { () throws(InvalidValue) in
            try WebhookReach(settings.values[SettingKeys.webhookNetworks])
        }
        guard faults.isEmpty, let from, let console, let unsubscribe, let reach else { throw SettingsFaults(faults) }
        mail = endpoint.map { endpoint in
            MailSettings(
                transport: SMTPTransport(
                    endpoint: endpoint, authorities: settings.values[SettingKeys.smtpAuthorities]), from: from)
        }
        links = Links(console: console, unsubscribe: unsubscribe)
        self.reach = reach
    }

    /// What an operator should know at start; `nil` where all is well.
    var warning: String? {
        guard mail != nil, !links.hasOneClick else { return nil }
        return
            "Mail has no one-click way out, which large providers ask for: set ONUS_UNSUBSCRIBE_URL to an https address"
    }

    /// An IPv6 address needs brackets in a URL.
    private static func local(_ host: String, _ port: Int) -> String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
