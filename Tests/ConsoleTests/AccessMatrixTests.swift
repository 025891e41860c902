import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Support
import Testing

@testable import Console

/// The table "Who may see what" of the design, asked of every page and every JSON route.
@Suite struct AccessMatrixTests {
    private struct Cell: Sendable {
        let path: String
        /// By viewer: the page's status, which is the route's of the JSON as well where that does not say otherwise.
        let statuses: [String: HTTPResponse.Status]
        var json: [String: HTTPResponse.Status] = [:]
    }

    private static let viewers = [
        ("pat", "employee"), ("mia", "manager"), ("boss", "manager"), ("hanna", "l-and-d"), ("hanna", "hr"),
        ("hanna", "operator"),
    ]

    private static let cells = [
        Cell(path: "/managers", statuses: ["mia manager": .ok, "boss manager": .ok, "hanna hr": .ok]),
        Cell(path: "/managers/mia", statuses: ["mia manager": .ok, "boss manager": .ok, "hanna hr": .ok]),
        Cell(path: "/managers/boss", statuses: ["boss manager": .ok, "hanna hr": .ok]),
        Cell(path: "/programmes", statuses: ["hanna l-and-d": .ok, "hanna hr": .ok]),
        Cell(
            path: "/effects",
            statuses: ["mia manager": .ok, "boss manager": .ok, "hanna l-and-d": .ok, "hanna hr": .ok]),
        Cell(
            path: "/gaps/g1",
            statuses: [
                "pat employee": .ok, "mia manager": .ok, "boss manager": .ok, "hanna hr": .ok,
                "hanna l-and-d": .notFound, "hanna operator": .notFound,
            ], json: ["hanna hr": .forbidden]),
        Cell(
            path: "/gaps/g1?reason=an+audit",
            statuses: [
                "pat employee": .ok, "mia manager": .ok, "boss manager": .ok, "hanna hr": .ok,
                "hanna l-and-d": .notFound, "hanna operator": .notFound,
            ]),
        Cell(
            path: "/gaps/none",
            statuses: Dictionary(uniqueKeysWithValues: viewers.map { ("\($0.0) \($0.1)", .notFound) })),
        Cell(path: "/inbox", statuses: Dictionary(uniqueKeysWithValues: viewers.map { ("\($0.0) \($0.1)", .ok) })),
    ]

    @Test func `every page and its JSON keep the table, and without a session there is nothing`() async throws {
        try await ConsoleUnderTest.run { browser, _ in
            for cell in Self.cells {
                #expect(try await browser.get(cell.path).status == .seeOther, "\(cell.path)")
                #expect(try await browser.get("/api/v1" + cell.path).status == .unauthorized, "\(cell.path)")
            }
            for (person, role) in Self.viewers {
                let viewer = "\(person) \(role)"
                let signedIn = try await browser.signedIn(as: person, role)
                for cell in Self.cells {
                    let expected = cell.statuses[viewer] ?? .forbidden
                    #expect(try await signedIn.get(cell.path).status == expected, "\(viewer) at \(cell.path)")
                    #expect(
                        try await signedIn.get("/api/v1" + cell.path).status == cell.json[viewer] ?? expected,
                        "\(viewer) at \(cell.path) as JSON")
                }
                #expect(try await signedIn.get("/record").status == (role == "operator" ? .forbidden : .ok))
            }
        }
    }

    @Test func `every look at somebody else leaves an entry, and a refused one shows and leaves none`() async throws {
        try await ConsoleUnderTest.run { browser, database in
            var read: Int64 = 0
            func entries() async throws -> [String] {
                // The log is append-only, for its owner too: what was read before stays.
                let rows = try await database.pool.query(
                    """
                    SELECT id, viewer || ' ' || person || ' ' || what || coalesce(' ' || reason, '')
                    FROM audit.access WHERE id > $1 ORDER BY id
                    """, [.int8(read)])
                read = try rows.map { try $0.int8(0) }.last ?? read
                return try rows.map { try $0.text(1) }
            }
            let boss = try await browser.signedIn(as: "boss", "manager")
            for (prefix, explanation) in [("", ""), ("/api/v1", "/explanation")] {
                _ = try await boss.get("\(prefix)/managers")
                // Once a day, however it is looked at.
                #expect(try await entries() == (prefix.isEmpty ? ["boss mia scoreboard"] : []))
                _ = try await boss.get("\(prefix)/managers/mia\(explanation)")
                #expect(try await entries() == ["boss mia score", "boss pat gaps and coaching"])
                _ = try await boss.get("\(prefix)/gaps/g1")
                #expect(try await entries() == ["boss pat gap g1"])
            }
            _ = try await boss.get("/api/v1/managers/mia")
            #expect(try await entries() == ["boss mia score"])
            let hanna = try await browser.signedIn(as: "hanna", "hr")
            for (prefix, explanation) in [("", ""), ("/api/v1", "/explanation")] {
                _ = try await hanna.get("\(prefix)/managers/mia\(explanation)")
                #expect(try await entries() == ["hanna mia score"])
                _ = try await hanna.get("\(prefix)/managers/mia\(explanation)?reason=an+audit")
                #expect(try await entries() == ["hanna mia score", "hanna pat gaps and coaching an audit"])
                _ = try await hanna.get("\(prefix)/gaps/g1")
                #expect(try await entries() == [])
                _ = try await hanna.get("\(prefix)/gaps/g1?reason=+an+audit+")
                #expect(try await entries() == ["hanna pat gap g1 an audit"])
            }
            let mia = try await browser.signedIn(as: "mia", "manager")
            _ = try await mia.get("/managers/boss")
            #expect(try await entries() == [])
            for path in ["/managers/mia", "/api/v1/managers/mia/explanation"] {
                _ = try await mia.get(path)
                #expect(try await entries() == ["mia pat gaps and coaching"])
            }
        }
    }

    @Test func `a reason that is no text is asked for again, and never an error of the database`() async throws {
        try await ConsoleUnderTest.run { browser, _ in
            let hanna = try await browser.signedIn(as: "hanna", "hr")
            for reason in ["a%00bcdef", "+++++++", "%0Aabcdef", String(repeating: "x", count: 600)] {
                let page = try await hanna.get("/gaps/g1?reason=\(reason)")
                #expect(page.status == .ok)
                #expect(String(buffer: page.body).contains("Why do you look?"))
                for path in ["gaps/g1", "managers/mia/explanation"] {
                    let json = try await hanna.get("/api/v1/\(path)?reason=\(reason)")
                    #expect(json.status == .unprocessableContent)
                }
            }
        }
    }
}
