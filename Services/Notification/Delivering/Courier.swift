package import Models
package import Postgres

/// Makes one attempt at one delivery: reads what it says, writes it out and hands it over.
package struct Courier: Sendable {
    private let pool: PostgresPool
    private let mail: MailSettings?
    private let webhooks: WebhookTransport
    private let links: Links
    private let now: @Sendable () -> Instant
    private let clock: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - now: The clock for the `Date` header and for webhook timestamps.
    ///   - clock: What leases are measured by.
    package init(
        pool: PostgresPool, mail: MailSettings?, webhooks: WebhookTransport, links: Links,
        now: @escaping @Sendable () -> Instant, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.pool = pool
        self.mail = mail
        self.webhooks = webhooks
        self.links = links
        self.now = now
        self.clock = clock
    }

    /// - Parameters:
    ///   - lease: The claim's.
    ///   - instant: What quiet hours are measured by; `nil`, as in production, is the database's clock, by which
    ///     deliveries fall due.
    /// - Throws: ``PostgresError`` where the content could not be read: then nothing was handed over.
    package func attempt(
        _ delivery: ClaimedDelivery, within lease: Lease, at instant: Instant? = nil
    ) async throws -> Attempt {
        switch delivery.route {
        case .email: try await attemptMail(delivery, within: lease, at: instant)
        case .webhook(let id): try await attemptWebhook(delivery, id, within: lease)
        }
    }

    /// In place of an attempt that could outlast its claim.
    private static let late = Attempt.failed(because: "the database took too long to say what to send", wait: nil)

    private func attemptMail(
        _ delivery: ClaimedDelivery, within lease: Lease, at instant: Instant?
    ) async throws -> Attempt {
        guard let mail else { return .failed(because: "no mail server is configured (ONUS_SMTP_URL)", wait: nil) }
        let content = try await pool.withTransaction { connection in
            try await OrganizationScope.enter(connection, delivery.organization)
            let notices = try await DeliveryContent.notices(connection, of: delivery)
            let people = Set(notices.compactMap(\.person) + [delivery.recipient])
            let directory = try await Directory.entries(connection, organization: delivery.organization, for: people)
            let key = try await DeliveryContent.unsubscribeKey(connection, organization: delivery.organization)
            let choices = try await Choices.read(
                connection, organization: delivery.organization, people: [delivery.recipient])
            let clock = try await OrganizationScope.contactAndClock(connection, delivery.organization).now
            return (
                notices: notices, directory: directory, key: key, choice: choices[delivery.recipient] ?? .init(),
                now: instant ?? clock
            )
        }
        guard let recipient = content.directory[delivery.recipient], recipient.isActive else {
            return .misdirected
        }
        // A mail that has been begun is finished: the server may have it already.
        guard content.choice.wantsMail(delivery.kind) || delivery.isBegun else { return .unwanted }
        if let wait = QuietWait(content.choice.quiet, in: LocalTime(recipient.timeZone), now: content.now) {
            return .early(wait)
        }
        guard let email = recipient.email else { return .refused(because: "no e-mail address is known") }
        let address: MailAddress
        do {
            address = try MailAddress(email, name: recipient.name)
        } catch {
            return .refused(because: "the recipient's e-mail address is not one that SMTP can carry")
        }
        let unsubscribe = content.key.map { links.unsubscribe(delivery, key: $0) }
        guard let message = message(delivery, content.notices, content.directory, mail.from, address, unsubscribe)
        else { return .refused(because: "there is nothing to say") }
        guard lease.allowsHandingOver(at: clock()) else { return Self.late }
        return await mail.transport.send(message.octets(date: now()), from: mail.from, to: address)
    }

    private func message(
        _ delivery: ClaimedDelivery, _ notices: [DueNotice], _ directory: [PersonID: DirectoryEntry],
        _ from: MailAddress, _ to: MailAddress, _ unsubscribe: String?
    ) -> MailMessage? {
        let subject: String
        let text: String
        let html: String
        if delivery.notice != nil {
            guard let notice = notices.first else { return nil }
            let mail = NoticeMail(
                notice: notice, subjectName: notice.person.flatMap { directory[$0]?.name }, link: links.page(notice),
                unsubscribe: unsubscribe)
            (subject, text, html) = (mail.subject, mail.text, mail.html)
        } else {
            guard !notices.isEmpty else { return nil }
            let mail = DigestMail(notices: notices.map { ($0, links.page($0)) }, unsubscribe: unsubscribe)
            (subject, text, html) = (mail.subject, mail.text, mail.html)
        }
        return MailMessage(
            from: from, to: to, subject: subject, text: text, html: html,
            messageID: delivery.messageID(domain: from.domain), unsubscribe: unsubscribe)
    }

    private func attemptWebhook(
        _ delivery: ClaimedDelivery, _ id: Int64, within lease: Lease
    ) async throws -> Attempt {
        let content = try await pool.withTransaction { connection in
            try await OrganizationScope.enter(connection, delivery.organization)
            return (
                notice: try await DeliveryContent.notices(connection, of: delivery).first,
                webhook: try await DeliveryContent.webhook(connection, organization: delivery.organization, id: id)
            )
        }
        guard let webhook = content.webhook else { return .refused(because: "the webhook is deleted or switched off") }
        guard let notice = content.notice else { return .refused(because: "there is nothing to say") }
        let address: WebAddress
        let secrets: [WebhookSecret]
        do {
            address = try WebAddress(webhook.url, field: "webhook")
            secrets = try webhook.secrets.map { text throws(InvalidValue) in try WebhookSecret(text) }
        } catch {
            return .refused(because: error.description)
        }
        guard lease.allowsHandingOver(at: clock()) else { return Self.late }
        return await webhooks.post(
            WebhookBody.octets(of: notice, recipient: delivery.recipient, link: links.page(notice)), to: address,
            id: delivery.webhookID, secrets: secrets, now: now())
    }
}
