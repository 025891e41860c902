internal import Accountability
internal import Ledger
internal import Models

/// What closes gaps, for people.
struct EffectsText {
    let report: EffectsReport
    /// Whether the programmes are shown period by period.
    let inDetail: Bool

    var text: String {
        let design = report.design
        let cause = report.cause.map { " of cause \($0.rawValue)" } ?? ""
        var parts = [
            "What closes gaps, as of \(report.asOf). Gaps\(cause) identified in \(design.lookback) days that were open "
                + "\(design.landmark) days later,\nby what had been done until then; closed by day \(design.horizon). "
                + "In brackets 90 % intervals.",
            closure,
            "Paths are chosen, not drawn by lot: a rate says what happened, not what another path would have done.",
        ]
        if report.programmes.isEmpty {
            parts.append("Nobody completed a programme for a job.")
        } else {
            parts.append(
                "What programmes changed, against comparable gaps of the same cause that were not trained. Behaviour in "
                    + "levels from 0 to 4,\nprogress of the metric from 0 to 1.")
            parts.append(programmes)
        }
        return parts.joined(separator: "\n\n")
    }

    private var closure: String {
        var table = TextTable(["PATH", "GAPS", "PEOPLE", "CLOSED", "VERIFIED"])
        for rate in report.closure {
            table.add([
                rate.path.rawValue, rate.evidence.map { "\($0.gaps)" } ?? "–",
                rate.evidence.map { "\($0.people)" } ?? "–",
                rate.closed.map(percent) ?? rate.reason ?? "–", rate.verified.map(percent) ?? "",
            ])
        }
        return table.text
    }

    private var programmes: String {
        report.programmes.map { effect in
            let lines = [
                "\(effect.programme.rawValue): \(effect.funnel.linked) gaps linked, \(effect.funnel.firstTrained) trained "
                    + "first by it"
            ]
            return
                (lines + describe("behaviour", effect.behaviour) + describe("progress", effect.progress))
                .joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private func describe(_ name: String, _ outcome: ProgrammeEffect.Outcome) -> [String] {
        guard let overall = outcome.overall.estimate else {
            return ["  \(name): not enough evidence. \(outcome.overall.reason ?? "")"]
        }
        var lines = [
            "  \(name): \(signed(overall)). \(outcome.verdict.words)",
            "    \(overall.trainedGaps) trained gaps changed by \(hundredths(overall.trainedChange)), "
                + "\(overall.comparisonGaps) comparable ones by \(hundredths(overall.comparisonChange))",
        ]
        guard inDetail else { return lines }
        lines.append("    before the training: \(described(outcome.before))")
        let days = report.design.period
        for (number, period) in outcome.periods.enumerated() {
            lines.append("    days \(number * days + 1) to \((number + 1) * days) after: \(described(period))")
        }
        return lines
    }

    private func described(_ finding: EffectFinding) -> String {
        finding.estimate.map(signed) ?? "not enough evidence. \(finding.reason ?? "")"
    }

    private func percent(_ share: Share) -> String {
        func whole(_ value: Double) -> String { "\(Int((100 * value).rounded()))" }
        return "\(whole(share.value)) % (\(whole(share.low)) to \(whole(share.high)))"
    }

    private func signed(_ estimate: EffectEstimate) -> String {
        "\(hundredths(estimate.effect)) (\(hundredths(estimate.low)) to \(hundredths(estimate.high)))"
    }

    /// With a sign and two decimals.
    private func hundredths(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = Int(hundredths.magnitude).quotientAndRemainder(dividingBy: 100)
        return (hundredths < 0 ? "−" : "+") + "\(whole)." + (rest < 10 ? "0" : "") + "\(rest)"
    }
}
