internal import Crypto
internal import Models

/// Sends one file, slice by slice and in its order: of two events with one identity the first in the file wins.
struct FileSender {
    let file: String
    /// Where the events go and to whom; progress belongs to it as well as to the file.
    let receiver: String
    let client: IngestionClient

    /// - Returns: What became of all its lines, those of an interrupted run before included.
    func send() async throws -> SendTotals {
        let source = try ByteFile(path: file)
        var digest = Self.digest(receiver)
        var totals = SendTotals()
        var slicer = LineSlicer()
        var display = ProgressDisplay(title: file, total: source.size)
        var done = 0
        if let (progress, hash) = try await resumed() {
            (totals, digest, done) = (progress.totals, hash, progress.offset)
            slicer = LineSlicer(offset: progress.offset, line: progress.line)
            Terminal.note("going on at line \(progress.line), where the last run ended")
            try skip(progress.offset, of: source)
        }
        var isOver = false
        while !isOver {
            let bytes = try source.next()
            isOver = bytes.isEmpty
            for slice in isOver ? slicer.finish() : slicer.add(bytes) {
                let receipt = try await client.deliver(slice)
                totals.add(receipt)
                for rejection in receipt.rejected { report(rejection, of: slice) }
                if receipt.omitted > 0 { report(receipt.omitted, before: slice.nextLine) }
                digest.update(data: slice.body)
                done = slice.end
                display.show(done: done, totals: totals)
                if let size = source.size, slice.end < size { keep(slice, totals: totals, digest: digest) }
            }
        }
        display.finish(done: done, totals: totals)
        if source.size != nil { SendProgress.remove(beside: file) }
        return totals
    }

    private func report(_ omitted: Int, before line: Int) {
        Terminal.result("before line \(line): \(omitted) more rejected lines, which ingestion does not list")
    }

    private func report(_ rejection: Receipt.Rejection, of slice: LineSlice) {
        let line = slice.lines.indices.contains(rejection.index) ? slice.lines[rejection.index] : 0
        let place = rejection.pointer.isEmpty ? "" : " \(rejection.pointer):"
        Terminal.result("line \(line):\(place) \(rejection.title): \(rejection.detail)".printable)
    }
}

// MARK: - Going on where an interrupted run ended

extension FileSender {
    /// The progress of a run that sent the same bytes to the same receiver, which still has them, with the digest so
    /// far.
    private func resumed() async throws -> (SendProgress, SHA256)? {
        guard file != "-", let progress = SendProgress.read(beside: file) else { return nil }
        // Read once more and hashed as it was sent: a file that was edited meanwhile is sent from its beginning.
        var digest = Self.digest(receiver)
        var slicer = LineSlicer()
        var rest = progress.offset
        var last: LineSlice?
        let source = try ByteFile(path: file)
        while rest > 0 {
            let bytes = try source.next(upTo: min(rest, 1 << 18))
            guard !bytes.isEmpty else { return nil }
            rest -= bytes.count
            for slice in slicer.add(bytes) {
                digest.update(data: slice.body)
                last = slice
            }
        }
        for slice in slicer.finish() {
            digest.update(data: slice.body)
            last = slice
        }
        guard Hexadecimal.encode(digest.finalize()) == progress.digest, let last else { return nil }
        return try await isStored(last) ? (progress, digest) : nil
    }

    /// Whether the receiver has what the last run sent last. The database behind its address may have been replaced,
    /// or restored as of an earlier time.
    private func isStored(_ slice: LineSlice) async throws -> Bool {
        let receipt = try await client.deliver(slice, isDryRun: true)
        guard receipt.accepted == 0, receipt.duplicates > 0 else {
            Terminal.note("ingestion does not have what the last run sent: beginning anew")
            return false
        }
        return true
    }

    private func skip(_ count: Int, of source: borrowing ByteFile) throws {
        var rest = count
        while rest > 0 {
            let bytes = try source.next(upTo: min(rest, 1 << 18))
            guard !bytes.isEmpty else { return }
            rest -= bytes.count
        }
    }

    private func keep(_ slice: LineSlice, totals: SendTotals, digest: SHA256) {
        let progress = SendProgress(
            offset: slice.end, line: slice.nextLine, totals: totals, digest: Hexadecimal.encode(digest.finalize()))
        // A folder that can't be written only costs duplicates after an interruption.
        try? progress.write(beside: file)
    }

    private static func digest(_ receiver: String) -> SHA256 {
        var digest = SHA256()
        digest.update(data: Array("\(receiver)\n".utf8))
        return digest
    }
}
