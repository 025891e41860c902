import Connectors
import EventLog
import HTTPTypes
import Hummingbird
import Models
import NIOCore
import Schema
import ServiceKit

/// `POST /v1/hooks/NAME`: takes a vendor's call, verified by the connector's rule, for the hook's organisation.
struct HookHandler: Sendable {
    let hooks: HookBook
    let polls: Polls
    let intake: VendorIntake
    let tokens: TokenVerifier
    let admission: Admission
    let gate: BacklogGate
    let metrics: HookMetrics
    let faults: HookFaults
    let now: @Sendable () -> Instant

    func handle(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        let name = context.parameters.get("name") ?? ""
        do {
            return try await take(request, name)
        } catch let fault as HookFault {
            // Returned, not thrown: whatever is thrown with 503 is logged each time, and anybody can call.
            metrics.countUnusable()
            faults.tell(fault, of: name)
            return Self.notSetUp.response
        }
    }

    /// - Throws: ``HookFault`` where the hook can't take calls yet.
    private func take(_ request: Request, _ name: String) async throws -> Response {
        guard Slug.isValid(name), let entry = try await hooks.hook(named: name) else {
            throw ProblemDetails(.notFound, detail: "There is no hook of this name.")
        }
        let hook: ReadyHook
        switch entry {
        case .ready(let ready): hook = ready
        case .unusable(let reason): throw HookFault(reason: reason)
        }
        guard let verification = hook.connector.verification else {
            throw ProblemDetails(.notFound, detail: "Nothing can be posted to this hook; it is polled.")
        }
        try gate.pass()
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > Limits.hook { throw EventsRequest.tooLarge(Limits.hook) }
        return try await admission.admit(bytes: length ?? Limits.hook) {
            let call = SignedCall(
                headers: Self.headers(request), query: Self.query(request), body: try await body(of: request),
                now: now())
            let token = try await verify(call, to: hook, by: verification)
            return try await answer(call, hook, token)
        }
    }

    // MARK: Whose call it is

    /// - Returns: The token that the call brings, where the hook's calls bring one: its rate counts.
    private func verify(
        _ call: SignedCall, to hook: ReadyHook, by verification: Verification
    ) async throws -> AuthenticatedToken? {
        if case .token = verification { return try await bearer(of: call, to: hook) }
        guard !hook.secrets.isEmpty else { throw HookFault(reason: "its secret is not there") }
        do {
            try verification.check(call, secrets: hook.secrets)
        } catch VerificationFault.unusableSecret {
            throw HookFault(reason: "\(VerificationFault.unusableSecret)")
        } catch {
            metrics.count(hook.connector, .unauthorized)
            throw unauthorized("\(error)")
        }
        return nil
    }

    private func bearer(of call: SignedCall, to hook: ReadyHook) async throws -> AuthenticatedToken {
        let words = (call.headers["authorization"] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer",
            let principal = try await tokens.principal(of: String(words[1])),
            principal.organization == hook.record.organization, [.admin, .integration].contains(principal.role)
        else {
            metrics.count(hook.connector, .unauthorized)
            throw unauthorized(
                "authorization: expected Bearer and a token of the hook's organisation with the role integration")
        }
        try tokens.limits.admit(principal)
        return principal
    }

    private func unauthorized(_ detail: String) -> ProblemDetails {
        ProblemDetails(.unauthorized, detail: detail, headers: [.wwwAuthenticate: "Signature realm=\"onus\""])
    }

    /// The vendor sends it again, and the operator has been told.
    private static let notSetUp = ProblemDetails(
        .serviceUnavailable, detail: "This hook is not completely set up; send the call again later.",
        headers: [.retryAfter: "60"])

    // MARK: What it says

    private func answer(
        _ call: SignedCall, _ hook: ReadyHook, _ token: AuthenticatedToken?
    ) async throws -> Response {
        let sender = hook.record.sender
        let payload: JSONValue
        do {
            payload = try call.body.isEmpty ? .null : JSONParser.parse(call.body)
        } catch {
            try await intake.store.quarantine([RejectedEvent(error.asEventProblem, bytes: call.body)], from: sender)
            metrics.count(hook.connector, .rejected)
            return Receipt.unreadable(error.asEventProblem)
        }
        let items = hook.connector.translate(
            payload, by: hook.connector.pushed,
            call: Scope.Call(
                headers: call.headers, hook: hook.record.name, settings: hook.settings, now: call.now))
        // The first was counted with the call.
        if let token { tokens.limits.charge(token, events: max(0, items.reduce(0) { $0 + $1.weight } - 1)) }
        let isThin = items.contains { if case .thin = $0.outcome { true } else { false } }
        var canFetch = false
        if isThin { canFetch = try await polls.want(hook.record) }
        let result = try await intake.take(items, of: hook, by: .pushed(call.headers), canFetch: canFetch)
        metrics.count(hook.connector, result)
        return Self.answer(result)
    }

    private static func answer(_ result: VendorIntake.Result) -> Response {
        var members = result.receipt.members
        members.append(
            "ignored",
            .array(result.ignored.map { ["index": .number(JSONNumber($0.index)), "reason": .string($0.reason)] }))
        let status = result.receipt.status(of: .batch)
        guard status.code >= 400 else { return .json(.object(members), status: status) }
        return ProblemDetails(status, detail: "Nothing in this call could be taken.", extensions: members).response
    }

    // MARK: The request's parts

    private func body(of request: Request) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: Limits.hook).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw EventsRequest.tooLarge(Limits.hook)
        }
    }

    /// Several fields of one name are one, with commas (RFC 9110, section 5.3).
    private static func headers(_ request: Request) -> [String: String] {
        var headers: [String: String] = [:]
        for field in request.headers {
            headers[field.name.canonicalName] =
                headers[field.name.canonicalName].map { "\($0), \(field.value)" }
                ?? field.value
        }
        return headers
    }

    private static func query(_ request: Request) -> [String: String] {
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters where query[String(name)] == nil {
            query[String(name)] = String(value)
        }
        return query
    }
}

extension TranslatedItem {
    /// What it counts against a token's rate.
    fileprivate var weight: Int {
        if case .events(let events) = outcome { events.count } else { 1 }
    }
}
