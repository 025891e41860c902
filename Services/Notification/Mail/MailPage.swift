/// The frame of every HTML mail and of the unsubscribe page: self-contained, readable without styles.
package enum MailPage {
    /// - Parameters: `title` and `body` are HTML, escaped already.
    package static func html(title: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title)</title>
        </head>
        <body style="font-family:sans-serif;line-height:1.5;max-width:40em;margin:1em auto;padding:0 1em">
        \(body)
        </body>
        </html>

        """
    }
}
