extension String {
    /// For a terminal: what would steer it, or turn the direction of the text, is shown as `·`. Names and identifiers
    /// are other systems' own strings.
    var printable: String {
        guard unicodeScalars.contains(where: Self.steers) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars { text.append(Self.steers(scalar) ? "·" : scalar) }
        return String(text)
    }

    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: scalar.properties.generalCategory == .control
        }
    }
}
