import CoreMetrics
import EventLog
import HTTPTypes
import Hummingbird
import Models
import NIOCore
import Schema
import ServiceKit

/// `POST /v1/events`: takes events in the four forms of the contract and answers with a receipt once everything
/// accepted is durable.
struct EventsHandler: Sendable {
    let store: EventStore
    let rules: RulesCache
    let admission: Admission
    let gate: BacklogGate
    let tokens: TokenVerifier
    let metrics: IngestionMetrics

    func handle(_ request: Request, _ context: ServiceRequestContext) async throws -> Response {
        guard let sender = context.principal else { throw HTTPError(.unauthorized) }
        let head = try EventsRequest(request)
        if !head.isDryRun { try gate.pass() }
        return try await admission.admit(head) { holding in
            let judge = EventJudge(rules: try await rules.rules(of: sender.organization), role: sender.role)
            return switch head.form {
            case .structured:
                try await single(judge.judge(try await body(of: request, head)), head, sender)
            case .binary:
                try await single(
                    judge.judge(BinaryEvent(headers: request.headers, body: try await body(of: request, head))), head,
                    sender)
            case .batch:
                try await batch(try await body(of: request, head), judge, head, sender)
            case .lines:
                try await lines(request, holding, judge, head, sender)
            }
        }
    }

    // MARK: One event

    private func single(_ item: JudgedItem, _ head: EventsRequest, _ sender: Sender) async throws -> Response {
        var receipt = Receipt()
        switch item {
        case .forbidden(let type):
            throw ProblemDetails(.forbidden, detail: Problem.forbidden(type, sender.role).detail)
        case .valid(let event) where head.isDryRun:
            let known = try await store.known(among: [event], of: sender)
            receipt.add(accepted: 1 - known, duplicates: known)
        case .valid(let event):
            let isNew = try await store.append(event, from: sender)
            receipt.add(accepted: isNew ? 1 : 0, duplicates: isNew ? 0 : 1)
        case .rejected(let event):
            if !head.isDryRun {
                try await store.quarantine([event], from: sender)
            }
            receipt.add(Rejection(index: 0, problem: event.problem))
        }
        return answer(receipt, head)
    }

    // MARK: Many events

    private func batch(
        _ bytes: [UInt8], _ judge: EventJudge, _ head: EventsRequest, _ sender: Sender
    ) async throws -> Response {
        let elements: [Range<Int>]?
        do {
            elements = try JSONParser.elements(of: bytes)
        } catch {
            return try await unreadable(error.asEventProblem, bytes, head, sender)
        }
        guard let items = elements else {
            return try await unreadable(
                Problem(pointer: "", title: "Not a batch", detail: "expected an array of events", kind: .envelope),
                bytes, head, sender)
        }
        tokens.limits.charge(sender, events: max(0, items.count - 1))
        func judged(_ item: Range<Int>) -> JudgedItem {
            bytes.withUnsafeBufferPointer { judge.judge(UnsafeBufferPointer(rebasing: $0[item])) }
        }
        if !sender.role.maySendAll {
            // Before anything is stored: a batch that oversteps its token's rights is refused whole.
            for (index, item) in items.enumerated() {
                guard case .forbidden(let type) = judged(item) else { continue }
                throw ProblemDetails(
                    .forbidden, detail: "Item \(index): \(Problem.forbidden(type, sender.role).detail)")
            }
        }
        let receipt = try await Intake.run(store: store, sender: sender, isDryRun: head.isDryRun) { intake, storing in
            for (index, item) in items.enumerated() {
                try await intake.add(judged(item), index: index, size: item.count, &storing)
            }
        }
        return answer(receipt, head)
    }

    private func lines(
        _ request: Request, _ holding: Admission.Holding, _ judge: EventJudge, _ head: EventsRequest, _ sender: Sender
    ) async throws -> Response {
        var splitter = LineSplitter(limit: Limits.event)
        var number = 0
        var items: [(item: JudgedItem, index: Int, size: Int)] = []
        var isFirst = true
        func take(_ line: LineSplitter.Line) {
            switch line {
            case .blank: break
            case .whole(let bytes): items.append((judge.judge(bytes).atLine(number), number, bytes.count))
            case .oversized(let line): items.append((EventJudge.oversized(line), number, 0))
            }
            number += 1
        }
        let receipt = try await Intake.run(store: store, sender: sender, isDryRun: head.isDryRun) { intake, storing in
            for try await chunk in request.body {
                if !holding.hold(Admission.base + intake.held + splitter.held + chunk.readableBytes) {
                    // What it holds is stored at once, and no more is read before there is room for it.
                    try await intake.flush(&storing)
                    holding.hold(Admission.base + splitter.held)
                    try await holding.holdSoon(splitter.held + chunk.readableBytes)
                }
                chunk.withUnsafeReadableBytes { splitter.append($0, take) }
                try await allow(items.count, of: request, isFirst: &isFirst, sender)
                try await admit(items, &intake, &storing)
                items.removeAll(keepingCapacity: true)
                holding.hold(Admission.base + intake.held + splitter.held)
            }
            splitter.finish(take)
            try await allow(items.count, of: request, isFirst: &isFirst, sender)
            try await admit(items, &intake, &storing)
        }
        return answer(receipt, head)
    }

    /// Counts lines of a stream, holds it up where its token's rate wants that, and ends it where its token has ended: a
    /// stream may go on for hours.
    ///
    /// - Parameter isFirst: Whether one of them was counted with the request.
    private func allow(_ lines: Int, of request: Request, isFirst: inout Bool, _ sender: Sender) async throws {
        guard lines > 0 else { return }
        try await tokens.limits.pace(sender, events: lines - (isFirst ? 1 : 0))
        if !isFirst, try await !tokens.isStillValid(request) {
            throw ProblemDetails(
                .unauthorized, detail: "The token has ended while the stream was read; a part of it may be stored.",
                headers: [.wwwAuthenticate: "Bearer realm=\"onus\", error=\"invalid_token\""])
        }
        isFirst = false
    }

    private func admit(
        _ lines: [(item: JudgedItem, index: Int, size: Int)], _ intake: inout Intake, _ storing: inout Intake.Storing
    ) async throws {
        for line in lines {
            if case .forbidden(let type) = line.item, !intake.hasStored {
                // As a batch: refused whole while it can be. A stream that is longer is judged line by line.
                let problem = Problem.forbidden(type, intake.sender.role)
                throw ProblemDetails(.forbidden, detail: "Line \(line.index + 1): \(problem.detail)")
            }
            try await intake.add(line.item, index: line.index, size: line.size, &storing)
        }
    }

    // MARK: Answers

    private func body(of request: Request, _ head: EventsRequest) async throws -> [UInt8] {
        let limit = head.form.bodyLimit ?? Limits.body
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw EventsRequest.tooLarge(limit)
        }
    }

    private func unreadable(
        _ problem: Problem, _ bytes: [UInt8], _ head: EventsRequest, _ sender: Sender
    ) async throws -> Response {
        if !head.isDryRun {
            try await store.quarantine([RejectedEvent(problem, bytes: bytes)], from: sender)
        }
        metrics.rejected.increment()
        return Receipt.unreadable(problem)
    }

    private func answer(_ receipt: Receipt, _ head: EventsRequest) -> Response {
        if !head.isDryRun {
            metrics.count(receipt)
        }
        return receipt.response(to: head.form)
    }
}
