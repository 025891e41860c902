import EventLog
import Models
import Testing

@testable import Operator

@Suite struct HRISImportTests {
    static let header =
        "employee_id,given_name,family_name,email,title,department,manager_id,start_date,end_date,hire_date\n"
    static let now = Instant(startOf: Day(number: 20_543))

    private func plan(
        _ rows: String, earlier: [HRISImport.Earlier] = [], isDelta: Bool = false, allowLeavers: Bool = false
    ) throws(HRISImportError) -> HRISImport.Plan {
        try HRISImport.plan(
            csv: Array((Self.header + rows).utf8), source: "/hris/test", earlier: earlier, isDelta: isDelta,
            allowLeavers: allowLeavers, now: Self.now)
    }

    private func assignments(_ plan: HRISImport.Plan) -> [PersonUpdated] {
        plan.events.compactMap { if case .personUpdated(let data) = $0.payload { data } else { nil } }
    }

    /// What a later import knows of `plans`, sent one after the other.
    private func earlier(_ plans: HRISImport.Plan...) -> [HRISImport.Earlier] {
        let retracted = Set(plans.flatMap(\.retractions).compactMap(\.payload.target))
        return plans.flatMap(\.events).compactMap { event in
            guard case .personUpdated(let data) = event.payload else { return nil }
            return HRISImport.Earlier(
                identity: event.identity, person: data.person, effectiveFrom: data.effectiveFrom, isActive: data.active,
                isRetracted: retracted.contains(event.identity))
        }
    }

    @Test func `a row is an assignment from its start on`() throws {
        let plan = try plan("7,Ann,O'Hara,ann@x.example,Buyer,Purchasing,3,2020-02-29,,2020-02-29\n")
        let event = try #require(plan.events.first)
        #expect(plan.events.count == 1)
        #expect(
            event.payload
                == .personUpdated(
                    PersonUpdated(
                        person: try PersonID("7"), effectiveFrom: try #require(Day("2020-02-29")), active: true,
                        manager: try PersonID("3"), role: try RoleID("Buyer"), unit: "Purchasing", name: "Ann O'Hara",
                        email: "ann@x.example")))
        #expect(event.time.description == "2020-02-29T00:00:00Z")
        #expect(event.identity.source == "/hris/test")
        #expect(event.identity.id.count == 32)
    }

    @Test func `a period that ends without a successor makes the person inactive, under the same manager`() throws {
        let plan = try plan(
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

    @Test func `a delta leaves alone whoever and whatever is missing in it`() throws {
        let first = try plan(
            "1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,\n1,A,A,,Boss,Shop,9,2020-06-01,,\n2,B,B,,Clerk,Shop,9,2020-01-01,,\n"
        )
        let moved = try plan("2,B,B,,Clerk,Shop,8,2021-01-01,,\n", earlier: earlier(first), isDelta: true)
        #expect(moved.events.count == 1 && moved.retractions.isEmpty && moved.report.lost == 0)
        // The successor of this period stands in the earlier file: its end makes nobody inactive.
        let again = try plan(
            "1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,\n", earlier: earlier(first, moved), isDelta: true)
        #expect(again.events.isEmpty && again.retractions.isEmpty)
    }

    @Test func `a row of a delta takes the place of the one with the same start, and of its end`() throws {
        let first = try plan("1,A,A,,Clerk,Shop,9,2020-01-01,2020-06-01,\n2,B,B,,Clerk,Shop,9,2020-01-01,,\n")
        let stays = try plan("1,A,A,,Clerk,Shop,9,2020-01-01,,\n", earlier: earlier(first), isDelta: true)
        #expect(assignments(stays).map(\.active) == [true])
        #expect(
            Set(stays.retractions.compactMap(\.payload.target))
                == Set(first.events.filter { $0.payload.person?.rawValue == "1" }.map(\.identity)))
        // Back on the day on which they had left: that end goes, the period before it stays.
        let back = try plan("1,A,A,,Boss,Shop,9,2020-06-01,,\n", earlier: earlier(first), isDelta: true)
        #expect(back.retractions.compactMap(\.payload.target?.id).map { $0.hasSuffix("-end") } == [true])
    }

    @Test func `columns may have other names in the file`() throws {
        let columns = try HRISColumns(["person=EmpNo, manager_id=Boss\n# theirs\nrole=Job", "start_date=From"])
        let csv = "EmpNo,Job,department,Boss,From,end_date,employee_id\n7,Buyer,Shop,3,2020-01-01,,x\n"
        let plan = try HRISImport.plan(
            csv: Array(csv.utf8), source: "/hris/test", columns: columns, now: Self.now)
        let data = try #require(assignments(plan).first)
        #expect(data.person.rawValue == "7" && data.manager?.rawValue == "3" && data.role?.rawValue == "Buyer")
        #expect(plan.report.ignoredColumns == ["employee_id"])
        #expect(throws: HRISImportError.missingColumns(["EmpNo", "Boss"])) {
            try HRISSnapshot(csv: Array("Job,department,From,end_date\n".utf8), columns: columns)
        }
        #expect(throws: HRISImportError.notAColumn("shoe=Size")) { try HRISColumns(["shoe=Size"]) }
        #expect(throws: HRISImportError.repeatedColumn("unit")) { try HRISColumns(["department=A,unit=B"]) }
        #expect(throws: HRISImportError.repeatedColumn("title")) { try HRISColumns(["unit=title"]) }
    }

    @Test func `a period that ends inside another one makes nobody inactive`() throws {
        let plan = try plan("1,A,A,,X,,,2020-01-01,2020-06-01,\n1,A,A,,Y,,,2020-03-01,,\n")
        #expect(assignments(plan).map(\.active) == [true, true])
        #expect(plan.report.count(.overlap) == 1)
    }

    @Test func `what can't be taken is reported by its row, and the rest is taken`() throws {
        let plan = try plan(
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
        #expect(plan.report.count(.badRow) == 5)
        #expect(plan.report.findings[.badRow]?.map(\.row) == [3, 4, 5, 6, 7])
        #expect(plan.report.findings[.badRow]?[1].detail == "start_date: expected a date YYYY-MM-DD, got 2020-02-30")
        #expect(plan.report.findings[.emptyPeriod]?.map(\.row) == [8])
        #expect(plan.report.findings[.selfManaged]?.map(\.row) == [9])
        #expect(plan.report.findings[.startsBeforeHire]?.map(\.row) == [9])
        #expect(plan.report.findings[.duplicateRow]?.map(\.row) == [10])
        #expect(plan.report.lines.contains("  row 9 (8): manager is the person"))
    }

    @Test func `the same snapshot again changes nothing, whatever the order of rows and columns`() throws {
        let first = try plan("1,A,A,,X,,,2020-01-01,2021-01-01,\n2,B,B,,X,,1,2020-01-01,,\n")
        let again = try HRISImport.plan(
            csv: Array(
                """
                \u{FEFF}start_date,hire_date,employee_id,given_name,family_name,email,title,department,manager_id,end_date,site\r
                2020-01-01,,2,B,B,,X,,1,,Rome\r
                2020-01-01,,1,A,"A",,X,,,2021-01-01,"a ""b""\r
                c, d"\r

                """.utf8), source: "/hris/test", earlier: earlier(first), now: Self.now)
        #expect(first.events.count == 3)
        #expect(again.events.isEmpty)
        #expect(again.retractions.isEmpty)
        #expect(again.report.unchangedEvents == 3)
        #expect(again.report.ignoredColumns == ["site"])
    }

    @Test func `a changed row retracts its earlier event, and a row that comes back takes a new identity`() throws {
        let rows = "1,A,A,,X,,,2020-01-01,,\n2,B,B,,X,,1,2020-01-01,,\n"
        let changed = "1,A,A,,X,,,2020-01-01,,\n2,B,B,,Y,,1,2020-01-01,,\n"
        let first = try plan(rows)
        let second = try plan(changed, earlier: earlier(first))
        #expect(second.events.count == 1)
        let old = try #require(first.events.first { $0.payload.person?.rawValue == "2" })
        #expect(second.retractions.map(\.payload.target) == [old.identity])
        #expect(second.retractions.first?.identity.id == "retract-\(old.identity.id)")
        #expect(second.retractions.first?.time == Self.now)

        let third = try plan(rows, earlier: earlier(first, second))
        #expect(third.events.map(\.identity.id) == ["\(old.identity.id)-2"])
        #expect(third.retractions.count == 1)
        let fourth = try plan(rows, earlier: earlier(first, second, third))
        #expect(fourth.events.isEmpty)
        #expect(fourth.retractions.isEmpty)
    }

    @Test func `a snapshot that loses more than a tenth of the people is refused unless leavers are allowed`() throws {
        let rows = (1...20).map { "\($0),A,A,,X,,,2020-01-01,,\n" }
        let first = try plan(rows.joined())
        let tenth = try plan(rows.dropLast(2).joined(), earlier: earlier(first))
        #expect(tenth.retractions.count == 2)
        #expect(tenth.report.lost == 2)
        #expect(throws: HRISImportError.tooManyLeavers(lost: 3, people: 20)) {
            try plan(rows.dropLast(3).joined(), earlier: earlier(first))
        }
        #expect(
            try plan(rows.dropLast(3).joined(), earlier: earlier(first), allowLeavers: true).retractions.count == 3)
        #expect(throws: HRISImportError.tooManyLeavers(lost: 20, people: 20)) { try plan("", earlier: earlier(first)) }
    }

    @Test func `a row that can't be read leaves its person's earlier events alone`() throws {
        let first = try plan("1,A,A,,X,,,2020-01-01,,\n")
        let second = try plan("1,A,A,,X,,,20200101,,\n", earlier: earlier(first))
        #expect(second.retractions.isEmpty)
        #expect(second.report.lost == 0)
    }

    @Test func `a person with a row that can't be read gets nothing new either, and the report says so`() throws {
        let first = try plan("1,A,A,,X,,,2020-01-01,,\n2,B,B,,X,,1,2020-01-01,,\n")
        let second = try plan(
            "1,A,A,,X,,,2020-01-01,,\n2,B,B,,X,,1,2020-01-01,2021-01-01,\n2,B,B,,Y,,1,20210101,,\n",
            earlier: earlier(first))
        #expect(second.events.isEmpty)
        #expect(second.retractions.isEmpty)
        #expect(second.report.findings[.leftAlone]?.map(\.row) == [3])
    }

    @Test func `a report names five rows of a kind, or as many as are asked for`() throws {
        let rows = (1...7).map { "\($0),A,A,,X,,\($0),2020-01-01,,\n" }.joined()
        #expect(try plan(rows).report.findings[.selfManaged]?.count == 5)
        let all = try HRISImport.plan(
            csv: Array((Self.header + rows).utf8), source: "/hris/test", now: Self.now, examples: .max)
        #expect(all.report.findings[.selfManaged]?.count == 7)
        #expect(!all.report.lines.contains { $0.hasSuffix("more") })
    }

    @Test func `a file that is no snapshot is refused`() {
        func error(_ text: String) -> HRISImportError? {
            #expect(throws: HRISImportError.self) {
                try HRISImport.plan(csv: Array(text.utf8), source: "/hris/test", now: Self.now)
            }
        }
        #expect(
            error("employee_id,title,start_date\n")
                == .missingColumns(["department", "manager_id", "end_date"]))
        #expect(error("") == .missingColumns(HRISColumn.allCases.filter(\.isRequired).map(\.rawValue)))
        #expect(error("employee_id,employee_id\n") == .repeatedColumn("employee_id"))
        #expect(
            error(Self.header + "1,\"A\n")
                == .notCSV(row: 2, detail: "expected a closing quote, got the end of the file"))
        #expect(
            error(Self.header + "1,A\"B\n")
                == .notCSV(row: 2, detail: "expected quotes around the whole field, got one inside it"))
        #expect(
            error(Self.header + "1,\"A\"B\n")
                == .notCSV(row: 2, detail: "expected a comma or the line's end behind the closing quote"))
    }
}
