import Models
import Postgres

/// A file's rows in a temporary table, so that a file of any size is sorted, and looked up in, outside this process.
///
/// Works in one transaction of `connection`, with which the table goes.
struct HRISStage {
    /// A row of the table: of a row that can't be read, only whose it is.
    struct Row {
        let person: PersonID
        let content: HRISPerson.PlacedRow?
    }

    private let connection: Connection
    /// What "current" means.
    private let today: Day

    /// Takes a file in.
    ///
    /// - Parameter noting: Is told of each row that can't be taken, in the file's order.
    /// - Returns: With how many rows the file has.
    /// - Throws: ``HRISImportError``, ``PostgresError``, and what `noting` throws.
    static func fill(
        from file: HRISFile, over connection: Connection, today: Day,
        noting: @escaping (HRISFile.BadRow) throws -> Void
    ) async throws -> (stage: HRISStage, rows: Int) {
        _ = try await connection.pipeline([
            // Sorting and looking up go to the disk beyond this.
            Statement("SELECT set_config('work_mem', '64MB', true)"),
            Statement(Self.table, isCached: false),
        ])
        let lines = StagedLines(file, noting: noting)
        try await connection.copyIn(StagedLines.sql, lines)
        _ = try await connection.pipeline([
            Statement("CREATE INDEX ON onus_hris_row (person, start_day)", isCached: false),
            Statement("ANALYZE onus_hris_row", isCached: false),
        ])
        return (HRISStage(connection: connection, today: today), lines.count)
    }

    private static let table = """
        CREATE TEMPORARY TABLE onus_hris_row (
            row integer NOT NULL,
            person text COLLATE "C" NOT NULL,
            manager text COLLATE "C",
            role text,
            unit text,
            name text,
            email text,
            start_day date,    -- null: the row can't be read
            end_day date,
            hired date,
            hash text
        ) ON COMMIT DROP
        """

    // MARK: Rows by person

    /// Opens the table for ``nextRows()``.
    func open() async throws(PostgresError) {
        _ = try await connection.query(
            """
            DECLARE onus_hris_rows NO SCROLL CURSOR FOR
            SELECT r.row, r.person, r.manager, r.role, r.unit, r.name, r.email, r.start_day, r.end_day, r.hired, r.hash,
                EXISTS (SELECT FROM onus_hris_row AS m WHERE m.person = r.manager AND m.start_day IS NOT NULL),
                EXISTS (
                    SELECT FROM onus_hris_row AS m
                    WHERE m.person = r.manager AND m.start_day <= r.start_day
                        AND (m.end_day IS NULL OR m.end_day > r.start_day)),
                r.start_day <= $1 AND (r.end_day IS NULL OR r.end_day > $1)
                    AND EXISTS (SELECT FROM onus_hris_row AS m WHERE m.person = r.manager AND m.start_day <= $1)
                    AND NOT EXISTS (
                        SELECT FROM onus_hris_row AS m
                        WHERE m.person = r.manager AND m.start_day <= $1
                            AND (m.end_day IS NULL OR m.end_day > $1))
            FROM onus_hris_row AS r
            ORDER BY r.person, r.start_day, r.row
            """, [.date(DateValue(today))])
    }

    /// The next rows by person, start and row, those that can't be read after the person's others; empty at the end.
    func nextRows() async throws(PostgresError) -> [Row] {
        try await connection.query("FETCH FORWARD 1000 FROM onus_hris_rows").map { row throws(PostgresError) in
            let person = PersonID(unchecked: try row.text(1))
            guard let start = try row.optionalDate(7) else { return Row(person: person, content: nil) }
            let content = HRISRow(
                row: try row.int(0), person: person, manager: try row.optionalText(2).map(PersonID.init(unchecked:)),
                role: try row.optionalText(3).map(RoleID.init(unchecked:)), unit: try row.optionalText(4),
                name: try row.optionalText(5), email: try row.optionalText(6), start: Day(start),
                end: try row.optionalDate(8).map(Day.init), hired: try row.optionalDate(9).map(Day.init),
                hash: try row.text(10))
            let manager = HRISPerson.ManagerPresence(
                isKnown: try row.bool(11), isThereAtStart: try row.bool(12), hasLeft: try row.optionalBool(13) ?? false)
            return Row(person: person, content: HRISPerson.PlacedRow(row: content, manager: manager))
        }
    }

    // MARK: Lines of managers

    /// Whom everybody reports to today: at each person's place the place of the manager, or −1 for nobody, themselves,
    /// or somebody without a row today. Places are the order of the people who have one.
    ///
    /// Four bytes a person, the one thing here that grows with the file.
    func managers() async throws(PostgresError) -> [Int32] {
        _ = try await connection.pipeline([
            Statement(
                """
                CREATE TEMPORARY TABLE onus_hris_current ON COMMIT DROP AS
                SELECT (row_number() OVER (ORDER BY person))::integer - 1 AS place, person, manager, row
                FROM (
                    SELECT DISTINCT ON (person) person, manager, row FROM onus_hris_row
                    WHERE start_day <= $1 AND (end_day IS NULL OR end_day > $1)
                    ORDER BY person, start_day DESC, row DESC
                ) AS last
                """, [.date(DateValue(today))], isCached: false),
            Statement("CREATE UNIQUE INDEX ON onus_hris_current (place)", isCached: false),
            Statement("ANALYZE onus_hris_current", isCached: false),
        ])
        let count = try await connection.query("SELECT count(*) FROM onus_hris_current").only().int(0)
        var managers = [Int32](repeating: -1, count: count)
        _ = try await connection.query(
            """
            DECLARE onus_hris_managers NO SCROLL CURSOR FOR
            SELECT c.place, m.place FROM onus_hris_current AS c JOIN onus_hris_current AS m ON m.person = c.manager
            WHERE m.place <> c.place
            """)
        while true {
            let rows = try await connection.query("FETCH FORWARD 10000 FROM onus_hris_managers")
            guard !rows.isEmpty else { return managers }
            for row in rows { managers[try row.int(0)] = try row.int4(1) }
        }
    }

    /// Who is at which place of ``managers()``, with their current row.
    func people(at places: [Int32]) async throws(PostgresError) -> [Int32: (person: PersonID, row: Int)] {
        let rows = try await connection.query(
            "SELECT place, person, row FROM onus_hris_current WHERE place = ANY ($1)", [.int4Array(places)])
        var people: [Int32: (PersonID, Int)] = [:]
        for row in rows { people[try row.int4(0)] = (PersonID(unchecked: try row.text(1)), try row.int(2)) }
        return people
    }
}

extension DateValue {
    init(_ day: Day) { self.init(daysSince1970: Int32(clamping: day.number)) }
}

extension Day {
    init(_ date: DateValue) { self.init(number: Int(date.daysSince1970)) }
}
