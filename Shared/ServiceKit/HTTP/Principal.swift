package import Schema

/// Whose request this is: one token of one organisation.
package typealias Principal = AuthenticatedToken
