internal import Accountability
internal import ArgumentParser
internal import Ledger
internal import Models
internal import Postgres

/// What closes gaps here, from the facts, or from the log itself where that has more.
struct EffectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "effects", abstract: "What closes gaps here: closure rates by path, and what programmes changed.",
        discussion: """
            Rates are of gaps that were open on the landmark's day, by what had been done until then, followed to the \
            horizon. A programme's effect is its gaps' change against that of comparable gaps which were not trained. \
            Where the evidence does not suffice, the reason stands in place of the number.
            """)

    @Option(help: ArgumentHelp("The UTC day; default: today by the database's clock.", valueName: "yyyy-mm-dd"))
    var asOf: DayArgument?
    @Option(
        help: ArgumentHelp(
            "Only what Onus had recorded by then, at least a minute ago.", valueName: "rfc3339"))
    var knownAt: InstantArgument?
    @Option(help: ArgumentHelp("Only this programme, in detail.", valueName: "programme"))
    var programme: ProgrammeArgument?
    @Option(help: ArgumentHelp("Only gaps of this cause in the closure rates.", valueName: "cause"))
    var cause: Cause?
    @Option(help: ArgumentHelp("Days after which a gap's path is read.", valueName: "days"))
    var landmark = EffectDesign.standard.landmark
    @Option(help: ArgumentHelp("Days by which a gap has closed or not.", valueName: "days"))
    var horizon = EffectDesign.standard.horizon
    @Option(help: ArgumentHelp("The policy's version; default: the one in force on the day.", valueName: "version"))
    var policy: Int?
    @Option(help: "table, or json.")
    var format = ResultFormat.table
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        let design = try design()
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let study = try await study(design, id, connection)
                let report = EffectsReport(study, cause: cause, programmes: programme.map { [$0.programme] })
                switch format {
                case .json: Terminal.result(report.json.serialized)
                case .table: Terminal.result(EffectsText(report: report, inDetail: programme != nil).text)
                }
            }
        }
    }

    private func study(
        _ design: EffectDesign, _ id: OrganizationID, _ connection: Connection
    ) async throws -> EffectStudy {
        if knownAt == nil {
            do {
                return try await EffectsFromFacts.study(
                    id, asOf: asOf?.day, policy: policy, design: design, isComplete: true, from: connection)
            } catch let reason as BulkUnavailable {
                Terminal.note("onus: from the log, which takes longer: \(reason)")
            }
        }
        // What was known when stands only in the log.
        let evaluation = try await LogEvaluation.load(id, knownAt: knownAt?.instant, from: connection)
        let day = asOf?.day ?? evaluation.today
        return evaluation.effects(
            asOf: day, policy: try evaluation.policy(on: day, version: policy), design: design)
    }

    private func design() throws(CommandFailure) -> EffectDesign {
        do {
            return try EffectDesign(landmark: landmark, horizon: horizon)
        } catch {
            throw .usage("\(error)")
        }
    }
}

/// A programme as an argument.
struct ProgrammeArgument: ExpressibleByArgument {
    let programme: ProgrammeID

    init?(argument: String) {
        // Refused: empty, too long, or with a null character.
        guard let programme = try? ProgrammeID(argument) else { return nil }
        self.programme = programme
    }
}

// `Cause` is ours, in another module of this package.
extension Cause: ExpressibleByArgument {}
