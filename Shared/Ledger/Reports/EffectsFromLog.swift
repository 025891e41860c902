package import Accountability
package import Models

extension LogEvaluation {
    /// What closes gaps here as of a day: complete with what scoring hasn't read yet.
    package func effects(asOf day: Day, policy: Policy, design: EffectDesign) -> EffectStudy {
        let history = OrganizationHistory(events: events, asOf: day)
        let index = UnitIndex(history.inForce(events, asOf: day))
        let reader = GapCourseReader(organization: history.organization, policy: policy)
        return EffectStudy(
            courses: index.units.flatMap { reader.courses(of: index.facts(of: $0)) }, asOf: day, design: design)
    }
}
