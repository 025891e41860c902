package import Models

/// Deliveries that wait for one another and for nothing else: one organisation's mail, or its calls to one webhook. A
/// receiver that hangs holds up its own lane alone.
package struct DeliveryLane: Hashable, Sendable {
    package let organization: OrganizationID
    /// `nil`: mail.
    package let webhook: Int64?

    package init(organization: OrganizationID, webhook: Int64? = nil) {
        self.organization = organization
        self.webhook = webhook
    }
}
