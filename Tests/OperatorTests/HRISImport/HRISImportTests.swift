import EventLog
import Models
import Postgres
import Testing

@testable import Operator

@Suite(.timeLimit(.minutes(5))) struct HRISImportTests {
    private func assignments(_ plan: HRISImports.Plan) -> [PersonUpdated] { plan.events.compactMap(\.assignment) }

    @Test func `a row is an assignment from its start on`() async throws {
        try await HRISImports.run { hris in
            let plan = try await hris.plan("7,Ann,O'Hara,ann@x.example,Buyer,Purchasing,3,2020-02-29,,2020-02-29\n")
            let event = try #require(plan.events.first)
            #expect(plan.events.count == 1)
            #expect(
                event.payload
                    == .personUpdated(
                        PersonUpdated(
                            person: try PersonID("7"), effectiveFrom: try #require(Day("2020-02-29")), active: true,
                            manager: try PersonID("3"), role: try RoleID("Buyer"), unit: "Purchasing",
                            name: "Ann O'Hara", email: "ann@x.example")))
            #expect(event.time.description == "2020-02-29T00:00:00Z")
            #expect(event.identity.source == "/hris/test")
            #expect(event.identity.id.count == 32)
        }
    }

    @Test func `a period that ends without a successor makes the person inactive, under the same manager`()
        async throws
    {
        try await HRISImports.run { hris in
            let plan = try await hris.plan(
                """
                1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,
                1,A,A,,Boss,Shop,9,2020-06-01,2021-01-01,
                1,A,A,,Boss,Shop,8,2022-01-01,2023-01-01,

                """)
            #expect(
                assignments(plan).map { "\($0.effectiveFrom) \($0.active) \($0.manager?.rawValue ?? "-")" } == [
                    "2020-01-01 true 9", "2020-06-01 true 9", "2021-01-01 false 9", "2022-01-01 true 8",
                    "2023-01-01 false 8",
                ])
            #expect(plan.report.count(.gap) == 1)
        }
    }

    @Test func `a delta leaves alone whoever and whatever is missing in it`() async throws {
        try await HRISImports.run { hris in
            try await hris.take(
                """
                1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,
                1,A,A,,Boss,Shop,9,2020-06-01,,
                2,B,B,,Clerk,Shop,9,2020-01-01,,

                """)
            let moved = try await hris.take("2,B,B,,Clerk,Shop,8,2021-01-01,,\n", mode: .delta)
            #expect(moved.events.count == 1 && moved.retractions.isEmpty && moved.report.lost == 0)
            // The successor of this period stands in the earlier file: its end makes nobody inactive.
            let again = try await hris.plan("1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,\n", mode: .delta)
            #expect(again.events.isEmpty && again.retractions.isEmpty)
        }
    }

    @Test func `a row of a delta takes the place of the one with the same start, and of its end`() async throws {
        try await HRISImports.run { hris in
            let first = try await hris.take(
                "1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,\n2,B,B,,Clerk,Shop,9,2020-01-01,,\n")
            let stays = try await hris.plan("1,A,A,,Clerk,Shop,9,2020-01-01,,\n", mode: .delta)
            #expect(assignments(stays).map(\.active) == [true])
            #expect(
                Set(stays.retractions.compactMap(\.payload.target))
                    == Set(first.events.filter { $0.payload.person?.rawValue == "1" }.map(\.identity)))
            // Back on the day on which they had left: that end goes, the period before it stays.
            let back = try await hris.plan("1,A,A,,Boss,Shop,9,2020-06-01,,\n", mode: .delta)
            #expect(back.retractions.compactMap(\.payload.target?.id).map { $0.hasSuffix("-end") } == [true])
        }
    }

    @Test func `a minimised column is read as if it were empty, in the hash and the table too`() async throws {
        try await HRISImports.run { hris in
            let rules = MinimisationRules(names: ["unit", "email"])
            func row(_ email: String, _ unit: String) -> String { "7,Ann,O,\(email),Buyer,\(unit),3,2020-02-29,,\n" }
            let file = try HRISFile(
                CSVReader(Array((HRISImports.header + row("a@x.example", "Shop")).utf8)), minimising: rules)
            try await hris.connection.transaction { connection in
                _ = try await HRISStage.fill(from: file, over: connection, today: HRISImports.day) { _ in }
                let staged = try await connection.query("SELECT unit, email, name FROM onus_hris_row").only()
                #expect(try staged.optionalText(0) == nil)
                #expect(try staged.optionalText(1) == nil)
                #expect(try staged.text(2) == "Ann O")
            }
            let plan = try await hris.plan(row("a@x.example", "Shop"), minimising: rules)
            let other = try await hris.plan(row("b@x.example", "Office"), minimising: rules)
            #expect(plan.events == other.events)
            #expect(assignments(plan).map(\.unit) == [nil] && assignments(plan).map(\.email) == [nil])
        }
    }

    @Test func `a leave does not repeat what is minimised since`() async throws {
        try await HRISImports.run { hris in
            try await hris.take("7,Ann,O,a@x.example,Buyer,Shop,3,2020-02-29,,\n")
            let plan = try await hris.plan(
                "8,B,B,,Buyer,Shop,3,2020-02-29,,\n", minimising: MinimisationRules(names: ["unit", "email"]),
                mode: .snapshot(.leave, on: HRISImports.day), allowLeavers: true)
            let leave = try #require(assignments(plan).first { !$0.active })
            #expect(leave.person.rawValue == "7" && leave.unit == nil && leave.email == nil && leave.name == "Ann O")
        }
    }

    @Test func `a period of a delta that ends as the one it takes the place of ends once more`() async throws {
        try await HRISImports.run { hris in
            try await hris.take("1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,\n")
            // The end of the earlier period is no successor of this one.
            try await hris.take("1,A,A,,Boss,Shop,9,2020-01-01,2020-06-01,\n", mode: .delta)
            #expect(try await hris.standing() == ["1 2020-01-01 active", "1 2020-06-01 gone"])
        }
    }

    @Test func `columns may have other names in the file`() async throws {
        let columns = try HRISColumns(["person=EmpNo, manager_id=Boss\n# theirs\nrole=Job", "start_date=From"])
        try await HRISImports.run { hris in
            let csv = "EmpNo,Job,department,Boss,From,end_date,employee_id\n7,Buyer,Shop,3,2020-01-01,,x\n"
            let plan = try await hris.plan(csv: Array(csv.utf8), columns: columns)
            let data = try #require(assignments(plan).first)
            #expect(data.person.rawValue == "7" && data.manager?.rawValue == "3" && data.role?.rawValue == "Buyer")
            #expect(plan.report.ignoredColumns == ["employee_id"])
        }
        #expect(throws: HRISImportError.missingColumns(["EmpNo", "Boss"])) {
            try HRISFile(CSVReader(Array("Job,department,From,end_date\n".utf8)), columns: columns)
        }
        #expect(throws: HRISImportError.notAColumn("shoe=Size")) { try HRISColumns(["shoe=Size"]) }
        #expect(throws: HRISImportError.repeatedColumn("unit")) { try HRISColumns(["department=A,unit=B"]) }
        #expect(throws: HRISImportError.repeatedColumn("title")) { try HRISColumns(["unit=title"]) }
    }

    @Test func `a period that ends inside another one makes nobody inactive`() async throws {
        try await HRISImports.run { hris in
            let plan = try await hris.plan("1,A,A,,X,,,2020-01-01,2020-06-01,\n1,A,A,,Y,,,2020-03-01,,\n")
            #expect(assignments(plan).map(\.active) == [true, true])
            #expect(plan.report.count(.overlap) == 1)
        }
    }

    @Test func `what can't be taken is reported by its row, and the rest is taken`() async throws {
        try await HRISImports.run { hris in
            let plan = try await hris.plan(
                """
                1,A,A,,X,,,2020-01-01,,
                ,B,B,,X,,,2020-01-01,,
                3,C,C,,X,,,2020-02-30,,
                4,D,D,,X,,,2020-02-02,2020-01-01,
                5,E,E,,X,,,,,
                6,F,F,,X,,,2020-01-01
                7,G,G,,X,,,2020-01-01,2020-01-01,
                8,H,H,,X,,8,2020-01-01,,2020-01-02
                1,A,A,,X,,,2020-01-01,,

                """)
            #expect(plan.events.count == 2)
            #expect(plan.report.rows == 9 && plan.report.people == 3)
            #expect(plan.report.count(.badRow) == 5)
            #expect(plan.report.findings[.badRow]?.map(\.row) == [3, 4, 5, 6, 7])
            #expect(
                plan.report.findings[.badRow]?[1].detail == "start_date: expected a date YYYY-MM-DD, got 2020-02-30")
            #expect(plan.report.findings[.emptyPeriod]?.map(\.row) == [8])
            #expect(plan.report.findings[.selfManaged]?.map(\.row) == [9])
            #expect(plan.report.findings[.startsBeforeHire]?.map(\.row) == [9])
            #expect(plan.report.findings[.duplicateRow]?.map(\.row) == [10])
            #expect(try plan.lines.contains("  row 9 (8): manager is the person"))
        }
    }

    @Test func `managers who have no row, none on the day, or have left are named`() async throws {
        try await HRISImports.run { hris in
            let plan = try await hris.plan(
                """
                1,A,A,,X,,7,2020-01-01,,
                2,B,B,,X,,3,2020-01-01,,
                3,C,C,,X,,,2020-02-01,2021-01-01,
                4,D,D,,X,,3,2020-02-01,2021-01-01,

                """)
            #expect(plan.report.findings[.managerUnknown]?.map(\.row) == [2])
            #expect(plan.report.findings[.managerAbsent]?.map(\.row) == [3])
            #expect(plan.report.findings[.managerLeft]?.map(\.row) == [3])
        }
    }

    @Test func `on the day on which a period ends it is over`() async throws {
        try await HRISImports.run { hris in
            let plan = try await hris.plan(
                """
                1,A,A,,X,,3,2021-01-01,,
                2,B,B,,X,,3,2020-12-31,,
                3,C,C,,X,,,2020-02-01,2021-01-01,
                4,D,D,,X,,5,2020-02-01,,
                5,E,E,,X,,,2020-02-01,\(HRISImports.day),
                6,F,F,,X,,5,2020-02-01,\(HRISImports.day),
                7,G,G,,X,,8,2020-02-01,,
                8,H,H,,X,,,2020-02-01,\(HRISImports.day + 1),

                """)
            #expect(plan.report.findings[.managerAbsent]?.map(\.row) == [2])
            #expect(plan.report.findings[.managerLeft]?.map(\.row) == [2, 3, 5])
        }
    }

    @Test func `lines of managers that come back to themselves are named, short ones and long ones`() async throws {
        try await HRISImports.run { hris in
            // 1 → 2 → 3 → 2; 10 to 39 in a ring, with 40 below it.
            let ring = (10..<40).map { "\($0),A,A,,X,,\($0 == 39 ? 10 : $0 + 1),2020-01-01,,\n" }
            let plan = try await hris.plan(
                "1,A,A,,X,,2,2020-01-01,,\n2,A,A,,X,,3,2020-01-01,,\n3,A,A,,X,,2,2020-01-01,,\n" + ring.joined()
                    + "40,A,A,,X,,10,2020-01-01,,\n", isComplete: true)
            #expect(plan.report.count(.cycle) == 32)
            let lines = try plan.lines
            #expect(lines.contains("  row 3 (2): 2 → 3 → 2"))
            #expect(
                lines.contains(
                    "  row 34 (39): 39 → 10 → 11 → 12 → 13 → 14 → 15 → 16 → 17 → 18 → … → 39 (30 people)"))
        }
        #expect(ManagementCycles.find([1, 2, 1, 0, -1, 4]) == [[1, 2]])
    }

    @Test func `the same snapshot again changes nothing, whatever the order of rows and columns`() async throws {
        try await HRISImports.run { hris in
            let first = try await hris.take("1,A,A,,X,,,2020-01-01,2021-01-01,\n2,B,B,,X,,1,2020-01-01,,\n")
            let again = try await hris.plan(
                csv: Array(
                    """
                    \u{FEFF}start_date,hire_date,employee_id,given_name,family_name,email,title,department,manager_id,end_date,site\r
                    2020-01-01,,2,B,B,,X,,1,,Rome\r
                    2020-01-01,,1,A,"A",,X,,,2021-01-01,"a ""b""\r
                    c, d"\r

                    """.utf8))
            #expect(first.events.count == 3)
            #expect(again.events.isEmpty)
            #expect(again.retractions.isEmpty)
            #expect(again.report.unchangedEvents == 3)
            #expect(again.report.ignoredColumns == ["site"])
        }
    }

    @Test func `a changed row retracts its earlier event, and a row that comes back takes a new identity`()
        async throws
    {
        try await HRISImports.run { hris in
            let rows = "1,A,A,,X,,,2020-01-01,,\n2,B,B,,X,,1,2020-01-01,,\n"
            let changed = "1,A,A,,X,,,2020-01-01,,\n2,B,B,,Y,,1,2020-01-01,,\n"
            let first = try await hris.take(rows)
            let second = try await hris.take(changed)
            #expect(second.events.count == 1)
            let old = try #require(first.events.first { $0.payload.person?.rawValue == "2" })
            #expect(second.retractions.map(\.payload.target) == [old.identity])
            #expect(second.retractions.first?.identity.id == "retract-\(old.identity.id)")
            #expect(second.retractions.first?.time == HRISImports.now)

            let third = try await hris.take(rows)
            #expect(third.events.map(\.identity.id) == ["\(old.identity.id)-2"])
            #expect(third.retractions.count == 1)
            let fourth = try await hris.plan(rows)
            #expect(fourth.events.isEmpty)
            #expect(fourth.retractions.isEmpty)
        }
    }

    @Test func `a snapshot that loses more than a tenth of the people is refused unless leavers are allowed`()
        async throws
    {
        try await HRISImports.run { hris in
            let rows = (1...20).map { "\($0),A,A,,X,,,2020-01-01,,\n" }
            try await hris.take(rows.joined())
            let tenth = try await hris.plan(rows.dropLast(2).joined())
            #expect(tenth.retractions.count == 2)
            #expect(tenth.report.lost == 2)
            for mode in ImportMode.Leavers.allCases.map({ ImportMode.snapshot($0, on: HRISImports.day) }) {
                await #expect(throws: HRISImportError.tooManyLeavers(lost: 3, people: 20)) {
                    try await hris.plan(rows.dropLast(3).joined(), mode: mode)
                }
            }
            #expect(try await hris.plan(rows.dropLast(3).joined(), allowLeavers: true).retractions.count == 3)
            await #expect(throws: HRISImportError.tooManyLeavers(lost: 20, people: 20)) { try await hris.plan("") }
        }
    }

    @Test func `a row that can't be read leaves its person's earlier events alone`() async throws {
        try await HRISImports.run { hris in
            try await hris.take("1,A,A,,X,,,2020-01-01,,\n")
            let second = try await hris.plan("1,A,A,,X,,,20200101,,\n")
            #expect(second.retractions.isEmpty)
            #expect(second.report.lost == 0)
        }
    }

    @Test func `a person with a row that can't be read gets nothing new either, and the report says so`()
        async throws
    {
        try await HRISImports.run { hris in
            try await hris.take("1,A,A,,X,,,2020-01-01,,\n2,B,B,,X,,1,2020-01-01,,\n")
            let second = try await hris.plan(
                "1,A,A,,X,,,2020-01-01,,\n2,B,B,,X,,1,2020-01-01,2021-01-01,\n2,B,B,,Y,,1,20210101,,\n")
            #expect(second.events.isEmpty)
            #expect(second.retractions.isEmpty)
            #expect(second.report.findings[.leftAlone]?.map(\.row) == [3])
        }
    }

    @Test func `a report names five rows of a kind, or as many as are asked for`() async throws {
        try await HRISImports.run { hris in
            let rows = (1...7).map { "\($0),A,A,,X,,\($0),2020-01-01,,\n" }.joined()
            let few = try await hris.plan(rows).lines
            #expect(few.filter { $0.hasSuffix("manager is the person") }.count == 5)
            #expect(few.last == "  and 2 more")
            let all = try await hris.plan(rows, isComplete: true).lines
            #expect(all.filter { $0.hasSuffix("manager is the person") }.count == 7)
            #expect(!all.contains { $0.hasSuffix("more") })
        }
    }

    @Test func `a person with more rows than anybody has is a column that is not the one of people`() async throws {
        try await HRISImports.run { hris in
            let rows = (0...HRISPerson.limit).map { "1,A,A,,X\($0),,,2020-01-01,2020-01-02,\n" }.joined()
            await #expect(throws: HRISImportError.tooManyRows(PersonID(unchecked: "1"))) { try await hris.plan(rows) }
        }
    }

    @Test func `a file that is no snapshot is refused`() throws {
        func expect(_ text: String, _ error: HRISImportError) {
            #expect(throws: error) {
                var file = try HRISFile(CSVReader(Array(text.utf8)))
                while try file.next() != nil {}
            }
        }
        expect("employee_id,title,start_date\n", .missingColumns(["department", "manager_id", "end_date"]))
        expect("", .missingColumns(HRISColumn.allCases.filter(\.isRequired).map(\.rawValue)))
        expect("employee_id,employee_id\n", .repeatedColumn("employee_id"))
        expect(
            HRISImports.header + "1,\"A\n", .notCSV(row: 2, detail: "expected a closing quote, got the end of the file")
        )
        expect(
            HRISImports.header + "1,A\"B\n",
            .notCSV(row: 2, detail: "expected quotes around the whole field, got one inside it"))
        expect(
            HRISImports.header + "1,\"A\"B\n",
            .notCSV(row: 2, detail: "expected a comma or the line's end behind the closing quote"))
        expect(
            HRISImports.header + String(repeating: ",", count: CSVReader.limit + 1),
            .notCSV(row: 2, detail: "expected a row of at most 1 MiB, got a longer one; is a closing quote missing?"))
        expect(
            HRISImports.header + "1,\"" + String(repeating: "A\n", count: 1 << 20),
            .notCSV(row: 2, detail: "expected a row of at most 1 MiB, got a longer one; is a closing quote missing?"))
    }
}
