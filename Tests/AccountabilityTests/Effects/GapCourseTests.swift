import Accountability
import Models
import Testing

@Suite struct GapCourseTests {
    private let landmark = EffectDesign.standard.landmark

    private func course(_ scene: Scene) throws -> GapCourse {
        let inForce = Corrections.inForce(scene.events, asOf: Scene.today)
        let organization = Organization(events: inForce, asOf: Scene.today)
        let facts = UnitIndex(inForce).facts(of: id("p"))
        return try #require(GapCourseReader(organization: organization, policy: .standard).courses(of: facts).first)
    }

    /// The path of the scene's one gap: the one whose group isn't empty.
    private func path(_ scene: Scene) throws -> ClosurePath? {
        let steps = try course(scene).steps
        let crowd = (0..<5).map { number in
            GapCourse(
                gap: GapID(unchecked: "\(number)"), person: PersonID(unchecked: "\(number)"),
                team: PersonID(unchecked: "m"), cause: .skill, identified: Scene.today.number - 100, steps: steps)
        }
        return EffectStudy(courses: crowd, asOf: Scene.today).closureRates().first { $0.evidence != nil }?.path
    }

    private func identified() -> Scene {
        var scene = Scene()
        scene.identify(100)
        return scene
    }

    private func step(_ kind: ActionKind, _ stage: ActionStage = .taken) -> Payload {
        .gapAction(GapAction(gap: id("g"), by: id("m"), kind: kind, stage: stage))
    }

    private let completion = Payload.trainingCompleted(
        TrainingCompleted(person: id("p"), programme: id("t"), gap: id("g")))

    @Test func `the path is what was done by the landmark, the situation before the person`() throws {
        var scene = identified()
        #expect(try path(scene) == .nothing)
        scene.coach(90)
        #expect(try path(scene) == .nothing, "A session about something else.")
        scene.coach(90, gap: "g")
        #expect(try path(scene) == .coaching)
        scene.add(80, completion)
        #expect(try path(scene) == .coachingAndTraining)
        scene.add(80, step(.tool, .planned))
        #expect(try path(scene) == .coachingAndTraining)
        scene.add(80, step(.tool))
        #expect(try path(scene) == .processOrTool)
        scene.add(70, step(.roleChange))
        #expect(try path(scene) == .roleChange)
    }

    @Test func `what was done before the identification or after the landmark is not the path`() throws {
        var scene = identified()
        scene.coach(101, gap: "g")
        scene.add(100 - landmark - 1, completion)
        #expect(try path(scene) == .nothing)
        scene.add(100 - landmark, step(.training))
        #expect(try path(scene) == .training)
    }

    @Test func `what is contested or retracted was not done`() throws {
        var scene = identified()
        scene.coach(90, gap: "g")
        let session = try #require(scene.events.last).identity
        scene.add(5, .evidenceContested(EvidenceContested(event: session, by: id("p"))))
        #expect(try path(scene) == .nothing)
        scene.add(4, .evidenceResolved(EvidenceResolved(event: session, decision: .stands, by: id("h"))))
        #expect(try path(scene) == .coaching)
        scene.add(3, .eventRetracted(EventRetracted(event: session)))
        #expect(try path(scene) == .nothing)
    }

    @Test func `a closure is verified by somebody else's eyes, the metric, or a new role`() throws {
        func ending(_ outcome: GapOutcome, _ more: [Payload]) throws -> GapCourse.Ending? {
            var scene = Scene()
            scene.add(
                100,
                .gapIdentified(
                    GapIdentified(
                        gap: id("g"), person: id("p"), cause: .skill,
                        metric: Metric(name: "x", baseline: 10, target: 20))))
            for (index, payload) in more.enumerated() { scene.add(50 - index, payload) }
            scene.add(20, .gapClosed(GapClosed(gap: id("g"), outcome: outcome)))
            return try course(scene).end?.ending
        }
        func observed(_ level: Double, by observer: String) -> Payload {
            .behaviourObserved(BehaviourObserved(gap: id("g"), observer: id(observer), level: level))
        }
        let measured = Payload.outcomeMeasured(OutcomeMeasured(gap: id("g"), value: 15))
        #expect(try ending(.closed, []) == .unverified)
        #expect(try ending(.closed, [observed(4, by: "m")]) == .unverified)
        #expect(try ending(.closed, [observed(3, by: "p")]) == .verified)
        #expect(try ending(.closed, [observed(3, by: "n"), observed(2, by: "p")]) == .unverified)
        #expect(try ending(.closed, [measured]) == .verified)
        #expect(try ending(.roleChanged, []) == .verified)
        #expect(try ending(.withdrawn, [observed(4, by: "n")]) == .withdrawn)
    }

    @Test func `a course has its team, readings and the person's trainings, personal learning left out`() throws {
        var scene = identified()
        scene.add(90, .behaviourObserved(BehaviourObserved(gap: id("g"), observer: id("n"), level: 2.5)))
        scene.add(80, completion)
        scene.add(120, .trainingCompleted(TrainingCompleted(person: id("p"), programme: id("u"), assignedBy: id("m"))))
        scene.add(70, .trainingCompleted(TrainingCompleted(person: id("p"), programme: id("chess"))))
        scene.add(70, .learningRecorded(LearningRecorded(person: id("p"), title: "Chess")))
        let course = try course(scene)
        #expect(course.team == id("m"))
        #expect(course.levels.map(\.value) == [2.5])
        #expect(course.completions.map(\.programme) == [id("u"), id("t")])
        #expect(course.completions.map(\.gap) == [nil, id("g")])
    }
}
