/// Where a delivery stands. Source: `notice.delivery.state` (V0020).
enum DeliveryState: String, CaseIterable, Sendable {
    case pending, sent, held, digested, muted, parked
}
