/// Reads a mail server's last word. Pure, so that every reply can be tested.
package enum SMTPOutcome {
    /// - Parameters:
    ///   - finished: Whether the whole exchange ended well.
    ///   - reply: The server's last reply code; 0 where there was none.
    ///   - line: The last line in which it complained. Only the enhanced status code is taken from it: servers repeat the address.
    ///   - begun: Whether the mail itself was begun to be handed over.
    ///   - trouble: What went wrong beside the reply, in words without personal data.
    package static func attempt(finished: Bool, reply: Int, line: String, begun: Bool, trouble: String) -> Attempt {
        if finished { return .delivered }
        let said = "the mail server answered \(reply)" + (enhancedStatus(in: line, of: reply).map { " \($0)" } ?? "")
        switch reply {
        case 530, 534, 535, 538:
            // Wrong credentials or missing encryption: ours to put right, and then every mail can go.
            return .failed(because: "\(said): it wants other credentials or encryption", wait: nil)
        case 500...599:
            return .refused(because: said)
        case 400...499:
            return .failed(because: said, wait: nil)
        default:
            return begun ? .unanswered(because: trouble) : .failed(because: trouble, wait: nil)
        }
    }

    /// The `5.1.1` of `550 5.1.1 …` (RFC 3463).
    private static func enhancedStatus(in line: String, of reply: Int) -> String? {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "-" })
        guard words.count >= 2, words[0] == String(reply) else { return nil }
        let parts = words[1].split(separator: ".", omittingEmptySubsequences: false)
        let isStatus =
            parts.count == 3
            && parts.allSatisfy { (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }
        return isStatus ? String(words[1]) : nil
    }
}
