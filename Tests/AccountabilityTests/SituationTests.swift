import Accountability
import Models
import Testing

@Suite struct SituationTests {
    private let today = Scene.today

    @Test func `coaching is due every fourteen days since the last session`() {
        var scene = Scene()
        scene.coach(14)
        let due = scene.situations(.coachingDue, days: 0...30)
        #expect(due.map(\.day) == [today, today + 14, today + 28])
        #expect(due.allSatisfy { $0.recipient == .person(id("m"), .manager) && $0.person == id("p") })
        #expect(Set(due.map(\.key)).count == 3)
    }

    @Test func `coaching is due fourteen days after the spell began where none was held`() {
        #expect(Scene(line: 14).situations(.coachingDue).count == 1)
        #expect(Scene(line: 13).situations(.coachingDue).isEmpty)
        #expect(Scene(line: 0).situations(.coachingDue).isEmpty)
    }

    @Test func `on leave no coaching is due`() {
        var scene = Scene(line: 14)
        scene.add(20, .absenceRecorded(AbsenceRecorded(person: id("p"), from: today, to: today)))
        #expect(scene.situations(.coachingDue).isEmpty)
    }

    @Test func `an action is due in three days, then overdue, until it is taken`() {
        var scene = Scene()
        scene.identify(11)
        #expect(scene.situations(.actionDue).map(\.day) == [today])
        #expect(scene.situations(.actionDue, days: 1...40).isEmpty)
        #expect(scene.situations(.actionOverdue, days: 0...40).map(\.day) == [today + 4])
        scene.coach(2, gap: "g")
        #expect(scene.situations(.actionDue).isEmpty)
        #expect(scene.situations(.actionOverdue, days: 0...40).isEmpty)
    }

    @Test func `leave moves what is due`() {
        var scene = Scene()
        scene.identify(11)
        scene.add(30, .absenceRecorded(AbsenceRecorded(person: id("m"), from: today - 5, to: today - 1)))
        #expect(scene.situations(.actionDue, days: -10...40).map(\.day) == [today + 5])
    }

    @Test func `an open gap climbs to the leader, for the manager's information`() {
        var scene = Scene()
        scene.identify(180)
        scene.add(170, .gapAction(GapAction(gap: id("g"), by: id("m"), kind: .tool, stage: .taken)))
        let climbed = scene.situations(.gapClimbed)
        #expect(climbed.map(\.recipient) == [.person(id("o"), .leader), .person(id("m"), .manager)])
        #expect(climbed.allSatisfy { $0.gap == id("g") && $0.evidence.count == 2 })
        scene.add(0, .gapClosed(GapClosed(gap: id("g"), outcome: .closed)))
        #expect(scene.situations(.gapClimbed).isEmpty)
    }

    @Test func `a request that fails triage returns to the requester and the contact`() {
        var scene = Scene()
        scene.identify(40)
        let request = scene.add(
            2, .trainingRequested(TrainingRequested(request: id("q"), requestedBy: id("m"), gap: id("g"))))
        let returned = scene.situations(.requestReturned, arrived: [request])
        #expect(returned.map(\.recipient) == [.person(id("m"), .requester), .learningAndDevelopment])
        #expect(returned.map(\.day) == [today, today])
        #expect(scene.situations(.requestReturned).isEmpty, "It is no arrival of today.")
        scene.coach(10)
        #expect(scene.situations(.requestReturned, arrived: [request]).isEmpty)
    }

    @Test func `a request of long ago is no news, however late it arrives`() {
        var scene = Scene()
        let request = scene.add(
            7, .trainingRequested(TrainingRequested(request: id("q"), requestedBy: id("m"), gap: id("g"))))
        #expect(scene.situations(.requestReturned, arrived: [request]).isEmpty)
    }

    @Test func `clarity is missing on the fourteenth day and every four weeks`() {
        var scene = Scene(line: 13)
        #expect(scene.situations(.clarityMissing, days: 0...30).map(\.day) == [today, today + 28])
        let expectation = Expectation(id: id("x"), statement: "Answers within a day")
        scene.add(13, .roleDefined(RoleDefined(role: id("r"), effectiveFrom: today - 13, expectations: [expectation])))
        #expect(scene.situations(.clarityMissing).count == 1)
        scene.add(3, .expectationAcknowledged(ExpectationAcknowledged(person: id("p"), role: id("r"))))
        #expect(scene.situations(.clarityMissing).isEmpty)
    }

    @Test func `outside coaching stands in for a manager who covers less than half`() {
        var scene = Scene()
        let provider = CoachingHeld(person: id("p"), by: .provider(kind: .external, name: nil))
        scene.add(0, .coachingHeld(provider))
        #expect(scene.situations(.surrogateCoaching).map(\.recipient) == [.person(id("m"), .manager)])
        scene.add(30, .coachingHeld(provider))
        #expect(scene.situations(.surrogateCoaching).isEmpty, "It is not the first of its window.")
    }

    @Test func `outside coaching is a surrogate however short the manager has had the person`() {
        let provider = CoachingHeld(person: id("p"), by: .provider(kind: .external, name: nil))
        var early = Scene(line: 10)
        early.add(0, .coachingHeld(provider))
        #expect(early.situations(.surrogateCoaching).map(\.recipient) == [.person(id("m"), .manager)])
        var later = Scene(line: 40)
        later.add(30, .coachingHeld(provider))
        later.add(0, .coachingHeld(provider))
        #expect(later.situations(.surrogateCoaching, days: -30...0).map(\.day) == [today - 30])
    }

    @Test func `outside coaching that complemented the manager leaves the first surrogate to be announced`() {
        let provider = CoachingHeld(person: id("p"), by: .provider(kind: .external, name: nil))
        var scene = Scene(line: 60)
        for day in [60, 50] { scene.coach(day) }
        scene.add(38, .coachingHeld(provider))
        scene.add(1, .coachingHeld(provider))
        scene.add(0, .coachingHeld(provider))
        #expect(scene.situations(.surrogateCoaching, days: -60...0).map(\.day) == [today - 1])
    }

    @Test func `on leave outside coaching is no surrogate`() {
        var scene = Scene(line: 10)
        scene.add(10, .absenceRecorded(AbsenceRecorded(person: id("m"), from: today - 10, to: today)))
        scene.add(0, .coachingHeld(CoachingHeld(person: id("p"), by: .provider(kind: .external, name: nil))))
        #expect(scene.situations(.surrogateCoaching).isEmpty)
    }

    @Test func `a follow-up is due after each month without an observation`() {
        var scene = Scene()
        scene.identify(100)
        scene.add(60, .trainingCompleted(TrainingCompleted(person: id("p"), programme: id("t"), gap: id("g"))))
        #expect(scene.situations(.followupDue, days: -60...60).map(\.day) == [today - 30, today, today + 30])
        scene.add(
            20, .behaviourObserved(BehaviourObserved(gap: id("g"), observer: id("n"), level: 2)))
        #expect(scene.situations(.followupDue, days: -60...60).map(\.day) == [today - 30, today + 30])
    }

    @Test func `a contest tells the manager and the HR contact`() throws {
        var scene = Scene()
        scene.coach(5)
        let target = try #require(scene.events.last)
        scene.add(0, .evidenceContested(EvidenceContested(event: target.identity, by: id("p"))))
        let contest = try #require(scene.events.last)
        let organization = Organization(events: scene.events, asOf: today)
        let scorer = UnitScorer(organization: organization, policy: .standard)
        let contested = scorer.contested(contest, target: target, unit: id("p"))
        #expect(contested.map(\.recipient) == [.person(id("m"), .manager), .humanResources])
        #expect(scorer.contested(contest, target: contest, unit: id("p")).isEmpty, "A contest can't be contested.")
    }
}
