package import Models

/// How a poll gets its access token: by the client's own credentials.
///
/// Source: RFC 6749 (OAuth 2.0), sections 2.3.1, 4.4 and 5.
package struct TokenRule: Hashable, Sendable {
    /// Where the client's identifier and secret stand.
    enum Place: String, CaseIterable, Hashable, Sendable {
        case header, body
    }

    let url: URLTemplate
    /// The client's identifier.
    let client: URLTemplate
    let scope: URLTemplate?
    let credentials: Place

    /// What to ask for a token.
    ///
    /// - Parameter secret: The client's.
    package func request(settings: [String: String], secret: String) -> PollRun.Request {
        func plain(_ template: URLTemplate) -> String { template.filled(settings) { $0 } }
        var form = [("grant_type", "client_credentials")]
        var headers = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Accept", value: "application/json"),
        ]
        switch credentials {
        case .header:
            let pair = "\(PercentEncoding.encode(plain(client))):\(PercentEncoding.encode(secret))"
            headers.append((name: "Authorization", value: "Basic \(Base64.encode(Array(pair.utf8)))"))
        case .body: form += [("client_id", plain(client)), ("client_secret", secret)]
        }
        if let scope { form.append(("scope", plain(scope))) }
        let body = form.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        return PollRun.Request(
            url: url.filled(settings, encode: PercentEncoding.encode), headers: headers, form: body)
    }

    /// Reads what was answered.
    ///
    /// - Parameter now: What `Retry-After` is measured from.
    /// - Throws: ``PollFailure`` where it holds no token of the type Bearer.
    package func token(in answer: PollAnswer, now: Instant) throws(PollFailure) -> AccessToken {
        guard answer.status == 200 else {
            throw PollFailure(
                reason: "the token's address answered \(answer.status)",
                wait: RetryAfter.wait(answer.headers["retry-after"], now: now))
        }
        // Whatever is wrong with it is said by what follows.
        let body = try? JSONParser.parse(answer.body)
        guard let text = body?["access_token"]?.string, !text.isEmpty,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw PollFailure(reason: "expected access_token in the answer of the token's address") }
        guard (body?["token_type"]?.string ?? "bearer").lowercased() == "bearer" else {
            throw PollFailure(reason: "expected token_type Bearer in the answer of the token's address")
        }
        let seconds = body?["expires_in"].flatMap { $0.int ?? $0.string.flatMap { Int($0) } }
        return AccessToken(text: text, lifetime: seconds.map { .seconds(max(0, min($0, Self.longest))) })
    }

    /// In seconds. A token that is used for longer is fetched anew, whatever its vendor says.
    private static let longest = 86_400
}

/// What opens a vendor's API for a while.
package struct AccessToken: Hashable, Sendable {
    package let text: String
    /// `nil`: the vendor does not say.
    package let lifetime: Duration?
}
