import Models

extension StudyReport {
    /// The page; deterministic, as its numbers are.
    var page: String {
        """
        # Calibration study
        Written by `make calibrate` (`onus calibrate`); edits are lost. What follows from it is in [README.md](README.md).

        \(Self.assumptions(study))

        ## Is the interval calibrated?
        Goal: the 90 % interval holds the true score \(percent(Self.coverageGoal.lowerBound, 0)) to \
        \(percent(Self.coverageGoal.upperBound, 0)) % of the time in every cell. \(verdict)

        ![Coverage](calibration-coverage.svg)
        ![Bias](calibration-bias.svg)

        \(table(calibration))

        ## Who is shown as outsourced and isn't?
        Goal: of managers whose true score is spread over \(number(study.policy.outsourcedHigh)) to 100, fewer than \
        \(percent(Self.outsourcedGoal)) % are shown as `outsourced` on a random day. In *even* teams all rates are the \
        same, in *uneven* ones each is another. A measure that does not apply moves a true score away from the one that \
        was drawn; counted are those whose true score is still at least \(number(study.policy.outsourcedHigh)), and in \
        *exactly* cells those within half a point of it. \(thresholdVerdict)

        \(thresholdTable)

        ![Shown as outsourced by true score](calibration-outsourced.svg)

        ## What breaks the assumptions
        ![Coverage where assumptions break](calibration-broken.svg)

        \(brokenTables)
        """
    }

    private var verdict: String {
        if uncalibrated.isEmpty { return "All \(calibration.count) cells do." }
        return
            "\(calibration.count - uncalibrated.count) of \(calibration.count) cells do; those that don't are marked."
    }

    private var thresholdVerdict: String {
        misjudging.isEmpty
            ? "All cells with spread scores meet it."
            : "\(misjudging.count) of the cells with spread scores don't meet it."
    }

    private func table(_ summaries: [CellSummary]) -> String {
        var lines = [
            "| population | team | coverage % | too high % | too low % | true score | score | bias | RMSE | width "
                + "| insufficient % | owning % | mixed % | outsourced % |",
            "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
        ]
        lines += summaries.map { summary in
            let isOutside = !Self.coverageGoal.contains(summary.coverage)
            let coverage = "\(percent(summary.coverage)) ± \(percent(summary.coverageError))"
            let cells = [
                "\(summary.cell.population)", "\(summary.cell.team)", isOutside ? "**\(coverage)**" : coverage,
                percent(summary.tooHigh), percent(summary.tooLow), points(summary.meanTruth), points(summary.meanScore),
                points(summary.bias), points(summary.error), points(summary.width),
            ]
            let statuses = [ManagerStatus.insufficient, .owning, .mixed, .outsourced]
            return "| " + (cells + statuses.map { percent(summary.share(of: $0)) }).joined(separator: " | ") + " |"
        }
        return lines.joined(separator: "\n")
    }

    private var thresholdTable: String {
        var lines = [
            "| population | team | managers counted | shown as outsourced | % | coverage % | bias | width |",
            "| --- | --: | --: | --: | --: | --: | --: | --: |",
        ]
        lines += threshold.map { summary in
            let share = spread.contains(summary) ? summary.notOutsourced : summary.atThreshold
            let cells = [
                "\(summary.cell.population)", "\(summary.cell.team)", "\(share.of)", "\(share.count)",
                percent(share.value, 2), percent(summary.coverage), points(summary.bias), points(summary.width),
            ]
            return "| " + cells.joined(separator: " | ") + " |"
        }
        return lines.joined(separator: "\n")
    }

    private var brokenTables: String {
        Conduct.allCases.filter { $0 != .assumed }.map { conduct in
            """
            ### \(conduct.title.prefix(1).uppercased() + conduct.title.dropFirst())
            \(table(broken.filter { $0.cell.conduct == conduct }))

            """
        }.joined(separator: "\n")
    }

    private func percent(_ share: Double, _ places: Int = 1) -> String { FixedPoint.percent(share, places) }
    private func points(_ value: Double) -> String { FixedPoint.text(value, 1) }
    private func number(_ value: Double) -> String {
        value == value.rounded() ? FixedPoint.text(value, 0) : FixedPoint.text(value, 2)
    }
}
