internal import ArgumentParser
import EventLog
import Glibc
import Postgres

/// Works on the shards of a consumer until it is ended, and writes who handled what into `public.effect`: the process
/// that tests kill and freeze.
///
/// Ends with 3 where it comes upon a subject that another worker has in hand.
struct Shards: AsyncParsableCommand {
    @Option(help: "Who works: noted with each effect, and the name of the connections.") var worker: String
    @Option(help: "Whose positions.") var consumer = "test"
    @Option(help: "How many shards, by subject.") var shards: Int16 = 4

    func run() async throws {
        let configuration = try BenchDatabase.configuration(as: worker)
        let pool = PostgresPool(configuration: configuration, size: 0...4, logger: BenchDatabase.logger)
        let consumer = ShardedConsumer(
            name: consumer, shards: shards, by: .subject, pool: pool, configuration: configuration,
            logger: BenchDatabase.logger)
        try await consumer.run(limit: 7) { [worker] connection, batch in
            let subjects = try batch.map { try $0.subject() ?? "" }
            let taken = try await connection.query(
                """
                SELECT count(*) FROM (SELECT DISTINCT unnest($1::text[])) AS s (subject)
                WHERE NOT pg_try_advisory_xact_lock(hashtextextended('subject in hand ' || subject, 0))
                """,
                [.textArray(subjects)])
            if try taken.only().int8(0) > 0 { Glibc.exit(3) }
            // Long enough to be met in the middle of it.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...20)))
            _ = try await connection.query(
                "INSERT INTO public.effect (id, subject, worker) SELECT id, subject, $3 FROM unnest($1, $2) AS e (id, subject)",
                [.textArray(try batch.map { try $0.id() }), .textArray(subjects), .text(worker)])
        }
    }
}
