import Support
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct ConnectionLossTests {
    private static let isAsleep =
        "SELECT state = 'active' AND query LIKE '%sleep%' FROM pg_stat_activity WHERE pid = $1"

    private func terminate(_ connection: Connection, _ database: TestDatabase) async throws {
        try await database.pool.execute("SELECT pg_terminate_backend($1)", [.int4(await connection.backendPID)])
    }

    @Test func `a connection lost in the middle of a statement says so, and the outcome is unknown`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                let pid = await connection.backendPID
                async let query = failure { try await connection.execute("SELECT pg_sleep(60)") }
                try await database.waitUntil(Self.isAsleep, [.int4(pid)])
                async let waiting = failure { try await connection.execute("SELECT 1") }
                try await terminate(connection, database)
                let error = await query
                #expect(error?.kind == .connectionLost)
                #expect(error?.sqlState == .adminShutdown)
                #expect(error?.outcomeUnknown == true)
                #expect(error?.isConnectionLoss == true)
                #expect(await waiting != nil)
                #expect(connection.condition == .gone)
                #expect(await failure { try await connection.execute("SELECT 1") }?.kind == .closed)
            }
        }
    }

    /// libpq closes its descriptor when it meets the connection's end, and whoever opens one next gets the number.
    @Test func `no descriptor is waited for once the connection has ended`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                let (watched, own) = await connection.descriptors
                #expect(watched == own && own >= 0)
                let pid = await connection.backendPID
                async let query = failure { try await connection.execute("SELECT pg_sleep(60)") }
                try await database.waitUntil(Self.isAsleep, [.int4(pid)])
                try await terminate(connection, database)
                #expect(await query?.kind == .connectionLost)
                #expect(await connection.descriptors.watched == nil)
            }
        }
    }

    @Test func `a server that does not answer in time is given up, and the outcome is unknown`() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await Connection.connect(
                ConnectionConfiguration(url: database.url, answerTimeout: .seconds(6)),
                logger: TestEnvironment.logger)
            // Each has its own time: the timer of the first must not end the second.
            for _ in 0..<12 { try await connection.execute("SELECT pg_sleep(0.6)") }
            let error = await failure { _ = try await connection.pipeline([Statement("SELECT pg_sleep(60)")]) }
            #expect(error?.kind == .connectionLost)
            #expect(error?.outcomeUnknown == true)
            #expect(connection.condition == .gone)
            await connection.close()
        }
    }

    @Test func `a statement of a transaction that is lost has not taken effect`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                let pid = await connection.backendPID
                async let transaction = failure {
                    try await connection.transaction { connection in
                        try await connection.execute("SELECT 1")
                        try await connection.execute("SELECT pg_sleep(60)")
                    }
                }
                try await database.waitUntil(Self.isAsleep, [.int4(pid)])
                try await terminate(connection, database)
                let error = await transaction
                #expect(error?.kind == .connectionLost)
                #expect(error?.outcomeUnknown == false)
            }
        }
    }

    @Test func `a commit whose answer is lost has an unknown outcome`() async throws {
        try await TestDatabase.withEmpty { database in
            // The deferred trigger keeps COMMIT busy until the connection is cut.
            try await database.withConnection { connection in
                try await connection.script(
                    """
                    CREATE TABLE t(n int8);
                    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
                    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
                    """)
                let pid = await connection.backendPID
                async let transaction = failure {
                    try await connection.transaction { _ = try await $0.execute("INSERT INTO t VALUES (1)") }
                }
                try await database.waitUntil(
                    "SELECT state = 'active' AND query = 'COMMIT' FROM pg_stat_activity WHERE pid = $1", [.int4(pid)])
                try await terminate(connection, database)
                let error = await transaction
                #expect(error?.kind == .connectionLost)
                #expect(error?.outcomeUnknown == true)
            }
        }
    }

    @Test func `an idle connection notices at once that it is gone`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                try await expectUsable(connection)
                try await terminate(connection, database)
                while connection.condition != .gone { await Task.yield() }
                #expect(await failure { try await connection.execute("SELECT 1") }?.kind == .closed)
            }
        }
    }

    @Test func `a killed server is a lost connection, a stopped one can't be connected to`() async throws {
        try await TestCluster.with { cluster in
            let configuration = ConnectionConfiguration(url: cluster.url, connectTimeout: .seconds(30))
            let connection = try await Connection.connect(configuration, logger: TestEnvironment.logger)
            let pid = await connection.backendPID
            async let query = failure { try await connection.execute("SELECT pg_sleep(60)") }
            let other = try await Connection.connect(configuration, logger: TestEnvironment.logger)
            while try await other.query(Self.isAsleep, [.int4(pid)]).only().optionalBool(0) != true {}
            try await cluster.kill()
            await other.close()
            #expect(await query?.kind == .connectionLost)
            let refused = await failure {
                _ = try await Connection.connect(configuration, logger: TestEnvironment.logger)
            }
            #expect(refused?.kind == .connectionFailed)
            try await cluster.start()
            let again = try await Connection.connect(configuration, logger: TestEnvironment.logger)
            try await expectUsable(again)
            await again.close()
        }
    }

    @Test func `a host that doesn't answer is passed over for the next`() async throws {
        try await TestCluster.with { silent in
            try await TestDatabase.withEmpty { database in
                // "user:password@host:port" between the second slash and the third.
                let authority = database.url.split(separator: "/")[1].split(separator: "@")
                let (user, server) = (try #require(authority.first), try #require(authority.last))
                silent.freeze(true)
                let configuration = ConnectionConfiguration(
                    url: "postgresql://\(user)@127.0.0.1:\(silent.port),\(server)/\(database.name)",
                    connectTimeout: .seconds(8))
                try await database.withConnection(configuration) { connection in
                    try await expectUsable(connection)
                }
                var standby = configuration
                standby.url += "?target_session_attrs=standby"
                let error = await failure { _ = try await Connection.connect(standby, logger: TestEnvironment.logger) }
                #expect(error?.kind == .connectionFailed)
                standby.url = configuration.url + "?target_session_attrs=prefer-standby"
                try await database.withConnection(standby) { try await expectUsable($0) }
            }
        }
    }

    @Test(arguments: [
        "postgresql://onus:sesame@127.0.0.1:1/x", "host=/nowhere password=sesame", "postgres://[sesame",
        "nonsense sesame",
    ])
    func `a connection that can't be made says why and shows no password`(url: String) async {
        let configuration = ConnectionConfiguration(url: url)
        let error = await failure { _ = try await Connection.connect(configuration, logger: TestEnvironment.logger) }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.detail.isEmpty == false)
        let shown = "\(configuration) \(String(describing: error)) \(error?.debugDescription ?? "")"
        #expect(!shown.contains("sesame"))
    }

    @Test func `a connection that nobody holds any more is closed`() async throws {
        try await TestDatabase.withEmpty { database in
            for _ in 0..<5 {
                let connection = try await Connection.connect(database.configuration, logger: TestEnvironment.logger)
                try await expectUsable(connection)
            }
            try await database.waitUntil(
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        }
    }
}

extension Connection {
    fileprivate var descriptors: (watched: Int32?, own: Int32) { (interest?.descriptor, wire.socket) }
}
