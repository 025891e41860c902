internal import ArgumentParser
internal import EventLog
internal import Models
internal import Postgres
internal import Schema
internal import ServiceKit

struct ImportHRISCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hris", abstract: "Import a snapshot of an HR system: who reported to whom, when.",
        discussion: """
            The file is CSV with a header: employee_id, manager_id, title, department, start_date, end_date and more. A \
            row that changed or vanished since the last import of the same source retracts what it had said. What is \
            odd in the file is reported with row numbers; people with a row that can't be read are left as they were. \
            With --delta the file holds only rows that are new or changed: what is missing stays as it is, and a row \
            takes the place of the person's earlier one with the same start_date.

            A person of whom a snapshot has no row any more was never there, by its word: with --leavers leave they are \
            inactive from its day on instead, and what they were before stays.
            """)

    @Argument(help: "The CSV file; - is standard input.") var file: String
    @Option(help: "Tells several HR systems of one organisation apart.") var source = "csv"
    @Option(
        help: ArgumentHelp(
            "What columns are called in the file, such as employee_id=EmpNo,manager_id=Boss.",
            valueName: "column=name,…"))
    var column: [String] = []
    @Option(help: ArgumentHelp("A file of such words, one a line.", valueName: "file")) var map: String?
    @Flag(help: "The file holds only what is new or changed.") var delta = false
    @Option(help: "What a person who is missing from a snapshot means: retract, or leave.")
    var leavers = ImportMode.Leavers.retract
    @Option(
        help: ArgumentHelp(
            "The day that the file speaks of, up to today: on it leavers leave, and what is current is current.",
            valueName: "day"))
    var asOf: String?
    @Flag(help: "Take a snapshot that loses more than a tenth of the people.") var allowLeavers = false
    @Flag(help: "Report, and send nothing.") var dryRun = false
    @Flag(help: "Report every row of each kind, not only the first five.") var allFindings = false
    @OptionGroup var ingestion: IngestionOptions
    @OptionGroup var organization: OrganizationOptions

    func validate() throws {
        if delta, leavers == .leave {
            throw ValidationError("expected one of --delta and --leavers leave: nobody leaves by a file of changes")
        }
    }

    func run() async throws {
        let columns = try names()
        let plan = try await organization.withOrganization { connection, id in
            try await requireTokenOf(id, connection)
            let now = Instant(
                microseconds: try await connection.query("SELECT now()").only().timestamptz(0)
                    .microsecondsSince1970)
            let day = try day(today: now.day)
            let rule = HRISRule(
                source: HRISRule.source(name: source), mode: delta ? .delta : .snapshot(leavers, on: day))
            // Ingestion removes the same; here it is not even written to temporary tables and files.
            let minimisation = try await Organizations(connection).minimisation(of: id) ?? .standard
            let planner = HRISPlanner(
                rule: rule, allowLeavers: allowLeavers, now: now, today: day, isComplete: allFindings)
            do {
                return try await withLedgerFailures {
                    try await planner.plan(
                        HRISFile(
                            CSVReader(try bytes()), columns: columns, minimising: minimisation.rules(for: rule.source)),
                        over: connection, organization: id)
                }
            } catch let error as HRISImportError { throw CommandFailure.negative("\(file): \(error)".printable) }
        }
        try plan.report.write { Terminal.result(bytes: $0) }
        guard !dryRun else { return }
        let totals = try await SendingToken(ingestion: ingestion, organization: organization).use { token in
            try await ingestion.withClient(token: token) { client in
                try await EventSender(client: client, title: file).send([plan.events, plan.retractions])
            }
        }
        Terminal.result(totals.description)
        if totals.rejected > 0 { throw CommandFailure.negative("") }
    }

    /// The file's bytes, a piece at a time.
    private func bytes() throws(CommandFailure) -> CSVReader.Source {
        let file = try ByteFile(path: file)
        return { () throws(HRISImportError) in
            do throws(CommandFailure) { return try file.next() } catch { throw .unreadable(error.description) }
        }
    }

    private func day(today: Day) throws(CommandFailure) -> Day {
        guard let asOf else { return today }
        guard let day = Day(asOf), day <= today else {
            throw .usage("as-of: expected a date YYYY-MM-DD up to today, \(today), got \(asOf)")
        }
        return day
    }

    private func names() throws -> HRISColumns {
        let file = try map.map { String(decoding: try ByteFile(path: $0).contents(), as: UTF8.self) }
        do { return try HRISColumns([file].compactMap(\.self) + column) } catch {
            throw CommandFailure.usage("\(error)")
        }
    }

    /// A token that was given must belong to the organisation whose earlier import is compared.
    private func requireTokenOf(_ id: OrganizationID, _ connection: Connection) async throws {
        guard let token = ingestion.givenToken else { return }
        let holder = try await Tokens(connection).authenticate(TokenSecret(token.exposed))
        guard holder?.organization == id else {
            throw CommandFailure.negative(
                "the token is not one of the organisation \(organization.organization); name its own with --organization"
            )
        }
    }
}
