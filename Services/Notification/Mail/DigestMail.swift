internal import Models

/// Writes the digest: the notices that were over their day's allowance, one paragraph each.
package struct DigestMail: Sendable {
    private let notices: [(notice: DueNotice, link: String)]
    private let unsubscribe: String?

    /// - Parameter notices: With the console's absolute address of each, most urgent first.
    package init(notices: [(notice: DueNotice, link: String)], unsubscribe: String?) {
        self.notices = notices
        self.unsubscribe = unsubscribe
    }

    package var subject: String {
        "\(NoticeKind.weeklyDigest.title): \(notices.count) \(notices.count == 1 ? "notice" : "notices")"
    }

    package var text: String {
        var paragraphs = notices.map { item in
            "\(item.notice.kind.title)\n\(item.notice.reason)\nNext step: \(item.notice.nextStep)\n\(item.link)"
        }
        if let unsubscribe { paragraphs.append("No more digests: \(unsubscribe)") }
        return paragraphs.joined(separator: "\n\n") + "\n"
    }

    package var html: String {
        var body = "<h1 style=\"font-size:20px\">\(HTMLText.escaped(subject))</h1>"
        for item in notices {
            body += """

                <h2 style="font-size:16px">\(HTMLText.escaped(item.notice.kind.title))</h2>
                <p>\(HTMLText.escaped(item.notice.reason))</p>
                <p><strong>Next step:</strong> \(HTMLText.escaped(item.notice.nextStep))</p>
                <p><a href="\(HTMLText.escaped(item.link))">Open in Onus</a></p>
                """
        }
        if let unsubscribe {
            body += "\n<p><small><a href=\"\(HTMLText.escaped(unsubscribe))\">No more digests</a></small></p>"
        }
        return MailPage.html(title: HTMLText.escaped(subject), body: body)
    }
}
