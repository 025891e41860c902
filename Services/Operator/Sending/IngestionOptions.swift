internal import ArgumentParser
internal import ServiceKit

/// Where ingestion is and who is asking.
struct IngestionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ingestion's address; else the stack of the nearest .onus, else http://127.0.0.1:8080.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The bearer token; else ONUS_TOKEN; else a token of the organisation: .onus/admin.token for default.",
            valueName: "token"))
    var token: String?

    @Option(help: ArgumentHelp("How long to keep trying while ingestion is away.", valueName: "seconds"))
    var patience = 60

    /// The address without a path.
    var base: String {
        if let url { return url }
        let port = StateFolder.nearest()?.value(of: "ONUS_INGESTION_PORT") ?? "8080"
        return "http://127.0.0.1:\(port)"
    }

    /// The token that was given, by flag or environment.
    var givenToken: Secret? {
        token.map(Secret.init) ?? ProcessEnvironment.variables["ONUS_TOKEN"].flatMap { $0.isEmpty ? nil : Secret($0) }
    }

    func withClient<Value>(
        token: Secret, _ body: (IngestionClient) async throws -> Value
    ) async throws -> Value {
        try await IngestionClient.with(base: base, token: token, patience: .seconds(patience), body)
    }
}
