extension JSONScanner {
    /// Reads a number; nil where it overflows a double.
    ///
    /// A number of few digits is exact as `digits × 10^exponent` with both factors exact, so that one multiplication or
    /// division rounds correctly (Clinger's fast path). Others go through the standard library and keep their text.
    mutating func number() throws(JSONProblem) -> JSONNumber? {
        let start = index
        let isNegative = skip(UInt8(ascii: "-"))
        var digits: UInt64 = 0
        var exponent = 0
        var isExact = true

        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
        func take(_ byte: UInt8) {
            if digits < 1 << 53 {
                digits = digits * 10 + UInt64(byte &- UInt8(ascii: "0"))
            } else {
                isExact = false
            }
        }

        guard isDigit(peek) else { throw syntax("expected a value") }
        if peek == UInt8(ascii: "0") {
            advance()
        } else {
            while isDigit(peek) {
                take(peek)
                advance()
            }
        }
        if skip(UInt8(ascii: ".")) {
            guard isDigit(peek) else { throw syntax("expected a digit after the decimal point") }
            while isDigit(peek) {
                take(peek)
                exponent -= 1
                advance()
            }
        }
        if peek | 0x20 == UInt8(ascii: "e") {
            advance()
            let isNegativeExponent = skip(UInt8(ascii: "-"))
            if !isNegativeExponent { _ = skip(UInt8(ascii: "+")) }
            guard isDigit(peek) else { throw syntax("expected a digit in the exponent") }
            var written = 0
            while isDigit(peek) {
                written = min(written * 10 + Int(peek &- UInt8(ascii: "0")), 1_000_000)
                advance()
            }
            exponent += isNegativeExponent ? -written : written
        }

        if isExact, digits <= 1 << 53, (-22...22).contains(exponent) {
            let magnitude =
                exponent < 0
                ? Double(digits) / Self.powersOfTen[-exponent] : Double(digits) * Self.powersOfTen[exponent]
            return JSONNumber(value: isNegative ? -magnitude : magnitude, literal: nil)
        }
        let literal = text(from: start)
        guard let value = Double(literal), value.isFinite else { return nil }
        return JSONNumber(value: value, literal: Self.isStorable(literal, value) ? literal : nil)
    }

    /// Whether PostgreSQL's `numeric`, which `jsonb` reads numbers as, holds these digits: it ends 16,383 places behind
    /// the point. What is not zero and this short stays far within; the rest is written as the double it reads as.
    private static func isStorable(_ literal: String, _ value: Double) -> Bool {
        value != 0 && literal.utf8.count <= 1_000
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
