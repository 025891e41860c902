internal import ArgumentParser
internal import Calibration
import FoundationEssentials
internal import Models

/// Says how far scores can be trusted under a policy, before it is adopted.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Simulate managers whose true scores are known, and compare their scores under a policy.",
        discussion: """
            Needs no database. Writes a page, its plots and a table of numbers into the folder, the same for the same \
            options; prints the path of the page. Exit code 1 where the goals are missed under the policy (with few managers \
            also by chance); the files are written then, too.
            """)

    @Option(
        help: ArgumentHelp("The policy as JSON, - for standard input; default: the standard one.", valueName: "file"))
    var policy: String?
    @Option(help: "Managers a cell.") var managers = 3_000
    @Option(help: "A whole number; another one gives other managers.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Where the files go; made if missing.", valueName: "folder"))
    var output = "."

    func run() async throws {
        let policy = try policy.map { file throws(CommandFailure) in try PolicyFile(path: file).policy() } ?? .standard
        let study: Study
        do {
            study = try Study(policy: policy, managers: managers, seed: seed)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
        let summaries = await study.run { done in
            if Terminal.notesAreSeen { Terminal.redraw("\(done) of \(study.cells.count) cells") }
        }
        if Terminal.notesAreSeen { Terminal.redraw("") }
        let report = StudyReport(study: study, summaries: summaries)
        try write(report.files)
        guard report.uncalibrated.isEmpty, report.misjudging.isEmpty else {
            throw CommandFailure.negative(
                "\(report.uncalibrated.count) cells are not calibrated, \(report.misjudging.count) show too many as "
                    + "outsourced, as the page says")
        }
    }

    private func write(_ files: [(name: String, text: String)]) throws(CommandFailure) {
        let folder = URL(filePath: output)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in files {
                try Data(file.text.utf8).write(to: folder.appending(path: file.name), options: .atomic)
            }
        } catch {
            throw .usage("output: can't write into \(output): \(error)")
        }
        Terminal.result(folder.appending(path: "calibration.md").path)
    }
}
