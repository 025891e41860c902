internal import Foundation

/// Base64 of octets, in the alphabet of RFC 4648 section 4 or, for addresses, section 5 without padding.
package enum Base64Text {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }

    /// - Returns: `nil` for anything but whole, padded base64.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        Data(base64Encoded: String(text)).map(Array.init)
    }

    package static func encodeForAddress(_ bytes: some Sequence<UInt8>) -> String {
        encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package static func decodeFromAddress(_ text: some StringProtocol) -> [UInt8]? {
        let alphabet = String(text).replacing("-", with: "+").replacing("_", with: "/")
        return decode(alphabet + String(repeating: "=", count: (4 - alphabet.utf8.count % 4) % 4))
    }
}
