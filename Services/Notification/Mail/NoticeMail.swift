internal import Models

/// Writes the mail for one notice: reason, next step, link, and what it rests on.
package struct NoticeMail: Sendable {
    private let notice: DueNotice
    private let subjectName: String?
    private let link: String
    private let unsubscribe: String?

    /// - Parameters:
    ///   - subjectName: The name of the person the notice is about, where known.
    ///   - link: The console's absolute address for it.
    ///   - unsubscribe: The address that mutes this kind.
    package init(notice: DueNotice, subjectName: String?, link: String, unsubscribe: String?) {
        self.notice = notice
        self.subjectName = subjectName
        self.link = link
        self.unsubscribe = unsubscribe
    }

    package var subject: String {
        guard let name = subjectName ?? notice.person?.rawValue else { return notice.kind.title }
        return "\(notice.kind.title): \(name)"
    }

    package var text: String {
        var paragraphs = [notice.reason, "Next step: \(notice.nextStep)", "Open in Onus: \(link)"]
        if !evidence.isEmpty {
            paragraphs.append((["It rests on:"] + evidence.map { "- \($0)" }).joined(separator: "\n"))
        }
        if let unsubscribe { paragraphs.append("No more mail of this kind: \(unsubscribe)") }
        return paragraphs.joined(separator: "\n\n") + "\n"
    }

    package var html: String {
        let title = HTMLText.escaped(subject)
        var body = """
            <h1 style="font-size:20px">\(title)</h1>
            <p>\(HTMLText.escaped(notice.reason))</p>
            <p><strong>Next step:</strong> \(HTMLText.escaped(notice.nextStep))</p>
            <p><a href="\(HTMLText.escaped(link))">Open in Onus</a></p>
            """
        if !evidence.isEmpty {
            let items = evidence.map { "<li>\(HTMLText.escaped($0))</li>" }.joined()
            body += "\n<p>It rests on:</p>\n<ul>\(items)</ul>"
        }
        if let unsubscribe {
            body += "\n<p><small><a href=\"\(HTMLText.escaped(unsubscribe))\">No more mail of this kind</a></small></p>"
        }
        return MailPage.html(title: title, body: body)
    }

    /// The first ten events; the console shows the rest.
    private var evidence: [String] {
        let shown = notice.evidence.prefix(10).map { "\($0.id) from \($0.source)" }
        let rest = notice.evidence.count - shown.count
        return rest > 0 ? shown + ["\(rest) more, shown in Onus"] : shown
    }
}
