internal import CCurl

/// One conversation with a mail server.
///
/// `@unchecked Sendable`, with this proof: every stored property is a constant. The memory behind `transfer` is
/// written by the one thread inside ``perform(_:)``; ``cancel()``, from any thread, only stores to its flag, which
/// both sides touch through atomic instructions (`shim.h`); and it is freed in `deinit`, when neither can run.
final class SMTPExchange: @unchecked Sendable {
    private let endpoint: SMTPEndpoint
    private let authorities: String?
    private let sender: String
    private let recipient: String
    private let transfer: UnsafeMutablePointer<onus_curl_transfer>

    init(endpoint: SMTPEndpoint, authorities: String?, sender: String, recipient: String) {
        self.endpoint = endpoint
        self.authorities = authorities
        self.sender = sender
        self.recipient = recipient
        transfer = .allocate(capacity: 1)
        transfer.initialize(to: onus_curl_transfer())
    }

    deinit { transfer.deallocate() }

    func cancel() { onus_curl_cancel(transfer) }

    /// Blocks for up to ``SMTPTransport/timeOut``.
    func perform(_ octets: [UInt8]) -> Attempt {
        guard let handle = curl_easy_init(), let recipients = curl_slist_append(nil, "<\(recipient)>") else {
            return .failed(because: "libcurl could not start", wait: nil)
        }
        defer {
            curl_slist_free_all(recipients)
            curl_easy_cleanup(handle)
        }
        for (option, value) in strings {
            guard onus_curl_set_string(handle, option, value) == CURLE_OK else {
                return .failed(because: "libcurl refused option \(option.rawValue)", wait: nil)
            }
        }
        for (option, value) in numbers {
            guard onus_curl_set_long(handle, option, value) == CURLE_OK else {
                return .failed(because: "libcurl refused option \(option.rawValue)", wait: nil)
            }
        }
        _ = onus_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        onus_curl_attach(handle, transfer)
        let result = octets.withUnsafeBytes { bytes -> CURLcode in
            transfer.pointee.octets = bytes.bindMemory(to: CChar.self).baseAddress
            transfer.pointee.length = bytes.count
            defer { transfer.pointee.octets = nil }
            return curl_easy_perform(handle)
        }
        return SMTPOutcome.attempt(
            finished: result == CURLE_OK, reply: onus_curl_response_code(handle), line: complaint,
            // libcurl asks for the mail once the server has agreed to take it (354).
            begun: transfer.pointee.offset > 0, trouble: String(cString: curl_easy_strerror(result)))
    }

    private var strings: [(CURLoption, String)] {
        let scheme = endpoint.security == .implicit ? "smtps" : "smtp"
        var strings = [
            (CURLOPT_URL, "\(scheme)://\(endpoint.host):\(endpoint.port)"),
            (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            (CURLOPT_PROXY, ""),  // the environment's proxies are for the web
            (CURLOPT_MAIL_FROM, "<\(sender)>"),
        ]
        if let credentials = endpoint.credentials {
            strings += [(CURLOPT_USERNAME, credentials.user), (CURLOPT_PASSWORD, credentials.password)]
        }
        if let authorities { strings.append((CURLOPT_CAINFO, authorities)) }
        return strings
    }

    private var numbers: [(CURLoption, Int)] {
        let tls = endpoint.security == .opportunistic ? CURLUSESSL_TRY : CURLUSESSL_ALL
        return [
            (CURLOPT_UPLOAD, 1),
            (CURLOPT_NOSIGNAL, 1),  // libcurl's time-outs by signal are for single-threaded programs
            (CURLOPT_CONNECTTIMEOUT, 10),
            (CURLOPT_TIMEOUT, Int(SMTPTransport.timeOut.components.seconds)),
            (CURLOPT_USE_SSL, Int(tls.rawValue)),
        ]
    }

    private var complaint: String {
        withUnsafeBytes(of: &transfer.pointee.complaint) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
