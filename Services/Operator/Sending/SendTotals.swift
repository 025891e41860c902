/// What became of the lines sent so far.
struct SendTotals: Equatable {
    var accepted = 0
    var duplicates = 0
    var rejected = 0

    mutating func add(_ receipt: Receipt) {
        accepted += receipt.accepted
        duplicates += receipt.duplicates
        rejected += receipt.rejected.count + receipt.omitted
    }

    var description: String { "accepted \(accepted), duplicates \(duplicates), rejected \(rejected)" }
}
