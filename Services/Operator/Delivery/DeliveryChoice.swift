internal import ArgumentParser

/// Which deliveries a command is about.
struct DeliveryChoice: ParsableArguments {
    @Option(help: ArgumentHelp("A delivery, as listed; may be given several times.", valueName: "number"))
    var id: [Int64] = []
    @Option(help: ArgumentHelp("All of one webhook.", valueName: "number")) var webhook: Int64?
    @Flag(help: "All of the organisation.") var all = false

    func validate() throws {
        guard [!id.isEmpty, webhook != nil, all].count(where: \.self) == 1 else {
            throw ValidationError("expected exactly one of --id, --webhook and --all")
        }
    }

    var scope: DeliveryScope {
        if let webhook { return .webhook(webhook) }
        return all ? .all : .ids(id)
    }
}
