/// What has become of a token, by the database's clock.
package enum TokenState: String, CaseIterable, Sendable {
    case valid
    /// Rotated: it goes on until it expires, beside the one that replaces it.
    case replaced
    case expired
    case revoked
}
