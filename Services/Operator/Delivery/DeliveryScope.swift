/// Some deliveries of one organisation.
enum DeliveryScope: Hashable, Sendable {
    case ids([Int64])
    case webhook(Int64)
    case all
}
