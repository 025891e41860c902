import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Notification
import Postgres
import Testing

@Suite(.timeLimit(.minutes(5))) struct UnsubscribeRoutesTests {
    @Test func `the way out of a kind that can't be muted is no mail at all`() async throws {
        try await TestBench.run { bench in
            let key = try await bench.servicePool.withTransaction { connection in
                try await OrganizationScope.enter(connection, bench.organization)
                return try await DeliveryContent.unsubscribeKey(connection, organization: bench.organization)
            }
            let token = UnsubscribeToken(
                organization: bench.organization, person: PersonID(unchecked: "ana"), kind: .evidenceContested)
            let path = "/unsubscribe/\(token.sealed(with: try #require(key)))"
            let router = Router()
            UnsubscribeRoutes(pool: bench.servicePool, links: try TestBench.links()).add(to: router)
            try await Application(router: router).test(.router) { client in
                for _ in 0..<2 {
                    let answer = try await client.execute(uri: path, method: .post)
                    #expect(answer.status == .ok)
                    #expect(String(buffer: answer.body).contains("href=\"https://onus.example/inbox#mail\""))
                }
            }
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.evidenceContested, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            #expect(try await bench.deliveries().map(\.channel) == ["inbox"])
        }
    }

    @Test func `one click without cookies mutes the kind, and showing the page does not`() async throws {
        try await TestBench.run { bench in
            let key = try await bench.servicePool.withTransaction { connection in
                try await OrganizationScope.enter(connection, bench.organization)
                return try await DeliveryContent.unsubscribeKey(connection, organization: bench.organization)
            }
            let token = UnsubscribeToken(
                organization: bench.organization, person: PersonID(unchecked: "ana"), kind: .coachingDue)
            let path = "/unsubscribe/\(token.sealed(with: try #require(key)))"
            let forged = "/unsubscribe/\(token.sealed(with: [UInt8](repeating: 1, count: 32)))"
            let router = Router()
            UnsubscribeRoutes(pool: bench.servicePool, links: try TestBench.links()).add(to: router)
            try await Application(router: router).test(.router) { client in
                let page = try await client.execute(uri: path, method: .get)
                #expect(page.status == .ok)
                #expect(String(buffer: page.body).contains("<form method=\"post\">"))
                #expect(try await bench.count("SELECT count(*) FROM notice.mute") == 0)

                for _ in 0..<2 {
                    let answer = try await client.execute(
                        uri: path, method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
                        body: ByteBuffer(string: "List-Unsubscribe=One-Click"))
                    #expect(answer.status == .ok)
                }
                #expect(try await bench.count("SELECT count(*) FROM notice.mute WHERE person = 'ana'") == 1)

                for path in [forged, "/unsubscribe/x"] {
                    let answer = try await client.execute(uri: path, method: .post)
                    #expect(answer.status == .notFound)
                }
            }
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.evidenceContested, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            #expect(try await bench.deliveries().map(\.state) == ["sent", "pending"])
            try await bench.sql("DELETE FROM notice.delivery")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            #expect(try await bench.deliveries().map(\.state) == ["sent", "muted"])
        }
    }

    @Test func `a person with a long identifier has a way out, of their own mail alone`() async throws {
        try await TestBench.run { bench in
            let key = try #require(
                try await bench.servicePool.withTransaction { connection in
                    try await OrganizationScope.enter(connection, bench.organization)
                    return try await DeliveryContent.unsubscribeKey(connection, organization: bench.organization)
                })
            let long = String(repeating: "𝄞", count: 200)
            try await bench.assign(long, email: "long@example.com")
            try await bench.assign(String(long.dropLast()) + "x", email: "other@example.com")
            @Sendable func path(_ person: String) -> String {
                let token = UnsubscribeToken(
                    organization: bench.organization, person: PersonID(unchecked: person), kind: .coachingDue)
                return "/unsubscribe/\(token.sealed(with: key))"
            }
            let router = Router()
            UnsubscribeRoutes(pool: bench.servicePool, links: try TestBench.links()).add(to: router)
            try await Application(router: router).test(.router) { client in
                for (person, status) in [(long, HTTPResponse.Status.ok), (long + "x", .notFound)] {
                    let answer = try await client.execute(uri: path(person), method: .post)
                    #expect(answer.status == status)
                }
            }
            let muted = try await bench.count("SELECT count(*) FROM notice.mute WHERE person = repeat('𝄞', 200)")
            #expect(muted == 1)
            #expect(try await bench.count("SELECT count(*) FROM notice.mute") == 1)
        }
    }
}
