// Numbers for people.

/// With at most two decimals.
func rounded(_ value: Double) -> String {
    let hundredths = Int((value.magnitude * 100).rounded())
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    let sign = value < 0 && hundredths > 0 ? "−" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

/// A difference, with its sign; a dash where there is none to tell.
func signed(_ value: Double?) -> String {
    guard let value else { return "–" }
    let text = rounded(value)
    return value > 0 && text != "0" ? "+\(text)" : text
}

/// A number or a dash.
func optional(_ value: Double?) -> String { value.map { rounded($0) } ?? "–" }
