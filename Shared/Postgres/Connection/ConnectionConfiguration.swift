import CLibPQ

/// Where and how to connect.
///
/// | what | default | also in the URL |
/// | --- | --- | --- |
/// | `applicationName` | `onus` | `application_name` |
/// | `connectTimeout`, for each host | 10 s | `connect_timeout`, seconds |
/// | `statementTimeout` | none | `options=-c statement_timeout=…` |
/// | `answerTimeout` | none | |
/// | TCP keepalive | after 30 s idle, every 10 s, 3 times | `keepalives_idle`, … |
/// | `tcp_user_timeout` | 30 s | milliseconds |
/// | session time zone | UTC | `options=-c TimeZone=…` |
package struct ConnectionConfiguration: Sendable {
    /// Whether statements stay prepared on the server.
    package enum PreparedStatements: Sendable, Hashable {
        /// Each connection keeps so many, the least recently used making room.
        case cached(limit: Int)
        /// None: for poolers that give each transaction another server connection. Start-up options
        /// (statement time-out, time zone) are not sent either, as such poolers refuse them.
        case off
    }

    /// A libpq URI or `key=value` string; any libpq parameter, several hosts. Secret: may hold a password.
    package var url: String
    package var applicationName: String
    package var connectTimeout: Duration
    /// The server cancels a statement that takes longer; `nil` leaves the server's own setting.
    package var statementTimeout: Duration?
    /// A connection whose server takes longer to answer one operation is given up: the server may be frozen, or
    /// gone without a word. What was asked may take effect all the same. `nil` waits without an end.
    package var answerTimeout: Duration?
    package var preparedStatements: PreparedStatements

    package init(
        url: String, applicationName: String = "onus", connectTimeout: Duration = .seconds(10),
        statementTimeout: Duration? = nil, answerTimeout: Duration? = nil,
        preparedStatements: PreparedStatements = .cached(limit: 256)
    ) {
        self.url = url
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.answerTimeout = answerTimeout
        self.preparedStatements = preparedStatements
    }

    /// One way to connect: libpq's parameters for a single host.
    struct Attempt: Sendable {
        var parameters: [String: String]
        var timeout: Duration
    }

    /// The attempts in the order in which they are made: each host in turn with its own time-out
    /// (libpq's asynchronous way keeps none), and for `prefer-standby` all standbys before any server.
    func attempts() throws(PostgresError) -> [Attempt] {
        var parameters = try Self.parse(url)
        let defaults = [
            "application_name": applicationName, "client_encoding": "UTF8", "keepalives": "1",
            "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "30000",
        ]
        parameters.merge(defaults) { given, _ in given }
        if let options { parameters["options"] = parameters["options"].map { "\(options) \($0)" } ?? options }
        let seconds = parameters["connect_timeout"].flatMap(Int.init) ?? 0
        let timeout = seconds > 0 ? Duration.seconds(seconds) : connectTimeout

        let rounds = parameters["target_session_attrs"] == "prefer-standby" ? ["standby", "any"] : [nil]
        let hosts = try Self.hosts(of: parameters)
        return rounds.flatMap { attributes in
            hosts.map { host in
                var single = parameters.merging(host) { _, own in own }
                if let attributes { single["target_session_attrs"] = attributes }
                return Attempt(parameters: single, timeout: timeout)
            }
        }
    }

    private var options: String? {
        guard case .cached = preparedStatements else { return nil }
        let milliseconds = statementTimeout.map { span in
            max(1, span.components.seconds * 1000 + span.components.attoseconds / 1_000_000_000_000_000)
        }
        return "-c TimeZone=UTC" + (milliseconds.map { " -c statement_timeout=\($0)" } ?? "")
    }

    /// Cuts the comma-separated lists of hosts, addresses and ports into one dictionary a host.
    private static func hosts(of parameters: [String: String]) throws(PostgresError) -> [[String: String]] {
        let lists = ["host", "hostaddr", "port"].map { key in
            (key, parameters[key]?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? [])
        }
        let count = max(1, max(lists[0].1.count, lists[1].1.count))
        for (key, values) in lists where values.count > 1 && values.count != count {
            throw PostgresError(.connectionFailed, "expected \(count) values of \(key), got \(values.count)")
        }
        return (0..<count).map { position in
            var host: [String: String] = [:]
            for (key, values) in lists where !values.isEmpty {
                host[key] = values.count == 1 ? values[0] : values[position]
            }
            return host
        }
    }
}

extension ConnectionConfiguration: CustomStringConvertible {
    /// Host, port and database; never the password.
    package var description: String {
        // An unreadable URL is reported when connecting; here there is only nothing to show of it.
        guard let parameters = try? Self.parse(url) else { return "an unreadable database URL" }
        let host = parameters["host"] ?? parameters["hostaddr"] ?? "local socket"
        return "\(host):\(parameters["port"] ?? "5432")/\(parameters["dbname"] ?? parameters["user"] ?? "")"
    }
}

extension ConnectionConfiguration {
    /// The parameters that the URL sets, by libpq's names.
    static func parse(_ url: String) throws(PostgresError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = unsafe PQconninfoParse(url, &message) else {
            defer { unsafe PQfreemem(message) }
            // libpq quotes pieces of the URL in some of its messages, and those may be the password.
            throw PostgresError(
                .connectionFailed, "expected a PostgreSQL connection URI, got one that libpq can't read")
        }
        defer { unsafe PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe parameters[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        return parameters
    }
}
