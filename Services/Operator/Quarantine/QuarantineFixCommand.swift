internal import ArgumentParser
internal import EventLog
internal import Models

extension QuarantineCommand {
    /// `onus quarantine fix`: a corrected text beside the original.
    struct Fix: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Correct a rejected event: with --set, or with a whole event from a file.",
            discussion: """
                The event keeps its source and id. What was minimised stays away. Release stores it; --release does so at \
                once, or changes nothing.
                """)

        @Argument(help: "Its number.") var id: Int64
        @Option(
            help: ArgumentHelp(
                "A member's value, by JSON Pointer: /data/cause=\"skill\" (JSON; a word that is no JSON is a string).",
                valueName: "pointer=value"))
        var set: [String] = []
        @Option(help: ArgumentHelp("The whole event as JSON; - is standard input.", valueName: "file"))
        var event: String?
        @Flag(help: "Store it at once.") var release = false
        @OptionGroup var organization: OrganizationOptions

        func validate() throws {
            guard (event == nil) != set.isEmpty else {
                throw ValidationError("expected --set or --event, got \(event == nil ? "neither" : "both")")
            }
        }

        func run() async throws {
            try await organization.withQuarantine { desk, rules in
                guard let original = try await desk.find(id), original.state == .held else {
                    throw CommandFailure.negative("quarantine \(id): none of this number is held")
                }
                let correction: Correction
                do {
                    correction = try Correction(try corrected(original), of: original, minimising: rules)
                } catch let problem as Problem {
                    throw CommandFailure.negative("quarantine \(id): \(problem)".printable)
                }
                try await release ? store(correction, desk, rules) : keep(correction, desk)
            }
        }

        private func keep(_ correction: Correction, _ desk: QuarantineDesk) async throws {
            guard try await desk.fix(id, text: correction) else {
                throw CommandFailure.negative("quarantine \(id): somebody has settled it meanwhile")
            }
            if let problem = correction.problem {
                throw CommandFailure.negative("kept, but still rejected: \(problem)".printable)
            }
            Terminal.note("kept, and valid now; onus quarantine release --id \(id) stores it")
        }

        /// Corrects and releases, or neither.
        private func store(_ correction: Correction, _ desk: QuarantineDesk, _ rules: Minimisation) async throws {
            let outcome = try await desk.release(
                id, corrected: correction, by: QuarantineText.settler, minimising: rules)
            switch outcome {
            case .released: break
            case .stillRejected(let problem, _):
                throw CommandFailure.negative(
                    "quarantine \(id): still rejected, nothing is changed (without --release the correction is kept): "
                        + "\(problem)".printable)
            case .notHeld, .nothingKept:
                throw CommandFailure.negative("quarantine \(id): somebody has settled it meanwhile")
            }
            try await desk.wake()
            Terminal.result("1")
        }

        /// The event as it is to be.
        private func corrected(_ original: QuarantinedEvent) throws -> JSONValue {
            if let event {
                let bytes = try ByteFile(path: event).contents()
                do {
                    return try JSONParser.parse(bytes)
                } catch {
                    throw CommandFailure.usage("--event: \(error)")
                }
            }
            guard let text = original.text else {
                throw CommandFailure.negative("quarantine \(id): its text is not kept; give the event with --event")
            }
            guard !original.isVendors else {
                throw CommandFailure.negative(
                    "quarantine \(id): it is a vendor's call and no event; mend the connector and release it, or give the "
                        + "event with --event")
            }
            var value: JSONValue
            do {
                value = try JSONParser.parse(Array(text.utf8))
            } catch {
                throw CommandFailure.negative("quarantine \(id): its text is not JSON; give the event with --event")
            }
            for change in set {
                guard let equals = change.firstIndex(of: "=") else {
                    throw CommandFailure.usage("--set: expected pointer=value, got '\(change)'")
                }
                let words = String(change[change.index(after: equals)...])
                let pointer = String(change[..<equals])
                // A word that is no JSON is meant as a string: nobody wants to quote twice for a shell.
                let new = (try? JSONParser.parse(Array(words.utf8))) ?? .string(words)
                guard let changed = value.setting(new, at: pointer) else {
                    throw CommandFailure.usage(
                        "--set \(pointer): expected a JSON Pointer to a member of an object that is there")
                }
                value = changed
            }
            return value
        }
    }
}
