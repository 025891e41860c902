internal import ArgumentParser
internal import Connectors
internal import EventLog
internal import Models

/// `onus quarantine`: what became of rejected events, and what is to become of them.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Rejected events: see why, correct them, release them into the log, or drop them.",
        subcommands: [List.self, Show.self, Fix.self, Release.self, Drop.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List rejected events, oldest first.")

        @Option(help: "\(QuarantinedEvent.State.allCases.map(\.rawValue).joined(separator: ", ")).")
        var state: QuarantinedEvent.State = .held
        @Option(help: "Only those after this number.") var after: Int64 = 0
        @Option(help: "At most this many, 1 to 1000.") var limit = 50
        @Option(help: "json or table.") var format: ResultFormat = .table
        @OptionGroup var organization: OrganizationOptions

        func validate() throws {
            guard (1...1000).contains(limit) else {
                throw ValidationError("--limit: expected a number in 1...1000, got \(limit)")
            }
        }

        func run() async throws {
            try await organization.withQuarantine { desk, _ in
                var table = QuarantineText.table
                var isFirst = true
                try await forEach(of: desk) { event in
                    switch format {
                    case .json:
                        Terminal.result((isFirst ? "[" : ",") + QuarantineText.json(event).serialized)
                    case .table: table.add(QuarantineText.row(event))
                    }
                    isFirst = false
                }
                switch format {
                case .json: Terminal.result(isFirst ? "[]" : "]")
                case .table: Terminal.result(table.text)
                }
            }
        }

        /// Page by page: texts may be long.
        private func forEach(of desk: QuarantineDesk, _ body: (QuarantinedEvent) -> Void) async throws {
            var after = after
            var rest = limit
            while rest > 0 {
                let page = try await desk.list(state, after: after, limit: min(rest, 20))
                page.forEach(body)
                guard let last = page.last else { return }
                after = last.id
                rest -= page.count
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one rejected event with its text and why it was rejected, as JSON.")

        @Argument(help: "Its number.") var id: Int64
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let event = try await organization.withQuarantine { desk, _ in try await desk.find(id) }
            guard let event else { throw CommandFailure.negative("quarantine \(id): there is none of this number") }
            Terminal.result(QuarantineText.json(event).indented)
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge rejected events anew and store what is valid now; prints how many were stored.",
            discussion: """
                An event keeps its identity: one that has come by another way meanwhile counts once. A vendor's item is \
                translated anew, by its hook's connector as it is now.
                """)

        @Option(help: "The folder of connectors; default: ONUS_CONNECTORS, else deploy/connectors.")
        var connectors: String?
        @OptionGroup var choice: QuarantineChoice
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let settler = QuarantineText.settler
            let translate = KeptTranslation(folder: ConnectorFiles.folder(connectors)).translate
            let (released, refused) = try await organization.withQuarantine { desk, rules in
                var released = 0
                var parts = 0
                var refused = 0
                try await choice.forEach(of: desk) { id in
                    switch try await desk.release(id, by: settler, minimising: rules, translating: translate) {
                    case .released(let isNew):
                        released += 1
                        if !isNew { Terminal.note("quarantine \(id): was in the log already") }
                    case .stillRejected(let problem, let stored):
                        refused += 1
                        parts += stored
                        let others = stored > 0 ? "stored without this: " : ""
                        Terminal.note("quarantine \(id): \(others)\(problem)".printable)
                    case .nothingKept:
                        refused += 1
                        Terminal.note("quarantine \(id): its text is not kept; only its source can send it again")
                    case .notHeld:
                        refused += 1
                        Terminal.note("quarantine \(id): none of this number is held")
                    }
                }
                if released + parts > 0 { try await desk.wake() }
                return (released, refused)
            }
            Terminal.result("\(released)")
            if refused > 0 || released == 0 { throw CommandFailure.negative("") }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give rejected events up and remove their texts; prints how many.",
            discussion: "The same bytes, should they come again, are not held again.")

        @OptionGroup var choice: QuarantineChoice
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let settler = QuarantineText.settler
            let dropped = try await organization.withQuarantine { desk, _ in
                var dropped = 0
                try await choice.forEach(of: desk) { id in
                    if try await desk.discard(id, by: settler) { dropped += 1 }
                }
                return dropped
            }
            guard dropped > 0 else { throw CommandFailure.negative("no such event is held") }
            Terminal.result("\(dropped)")
        }
    }
}

extension QuarantinedEvent.State: ExpressibleByArgument {}
