import Crypto
import Models
import Postgres

/// A text to look up by, as the tables keep it: the first 16 bytes of SHA-256 over organisation, kind and folded text.
///
/// Short and of one length whatever the text is, no name or address in an index, and no two organisations with the same
/// key for the same address.
struct SCIMKey: Hashable, Sendable {
    enum Kind: String, Sendable {
        case userName, address, unit
    }

    let value: UUIDBytes

    init(_ kind: Kind, _ text: String, _ organization: OrganizationID) {
        let digest = SHA256.hash(data: Array("\(organization)\n\(kind.rawValue)\n\(SCIMText.fold(text))".utf8))
        value = UUIDBytes(Array(digest.prefix(16))) ?? UUIDBytes(high: 0, low: 0)
    }
}
