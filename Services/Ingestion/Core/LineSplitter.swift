import Crypto
import Models

/// A line that is longer than an event may be: how long, and the SHA-256 of its bytes.
struct OversizedLine: Sendable {
    let count: Int
    let hash: [UInt8]
}

/// Cuts a stream of bytes into lines, holding at most one line's worth of them.
struct LineSplitter {
    enum Line {
        /// Its bytes, valid only while the line is handed out.
        case whole(UnsafeBufferPointer<UInt8>)
        case oversized(OversizedLine)
        /// Nothing but white space; counted, so that an index is the line's number.
        case blank
    }

    private let limit: Int
    private var pending: [UInt8] = []
    /// The bytes of an oversized line are hashed and let go.
    private var overflow: (count: Int, hasher: SHA256)?

    /// - Parameter limit: The longest line, in bytes, that is kept whole.
    init(limit: Int) {
        self.limit = limit
    }

    /// How many bytes of an unfinished line it holds.
    var held: Int { pending.count }

    /// Takes the next bytes and hands out the lines that they end.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ line: (Line) throws -> Void) rethrows {
        var rest = bytes[...]
        while let end = ByteSearch.first(UInt8(ascii: "\n"), in: bytes, from: rest.startIndex) {
            if pending.isEmpty, overflow == nil, end - rest.startIndex <= limit {
                // A line that lies in these bytes as a whole is handed out where it lies.
                try bytes[rest.startIndex..<end].withMemoryRebound(to: UInt8.self) { try line(Self.line($0)) }
            } else {
                take(rest[..<end])
                try flush(line)
            }
            rest = rest[(end + 1)...]
        }
        take(rest)
    }

    /// Hands out the last line, where the stream did not end with a line feed.
    mutating func finish(_ line: (Line) throws -> Void) rethrows {
        if overflow != nil || !pending.isEmpty { try flush(line) }
    }

    private mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>) {
        if var (count, hasher) = overflow {
            hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes))
            count += bytes.count
            overflow = (count, hasher)
        } else if pending.count + bytes.count > limit + 1 {
            // One byte more than the limit: it may be a carriage return.
            var hasher = SHA256()
            hasher.update(data: pending)
            hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes))
            overflow = (pending.count + bytes.count, hasher)
            pending.removeAll()
        } else {
            pending.append(contentsOf: bytes)
        }
    }

    private mutating func flush(_ line: (Line) throws -> Void) rethrows {
        defer {
            pending.removeAll(keepingCapacity: true)
            overflow = nil
        }
        if let (count, hasher) = overflow {
            try line(.oversized(OversizedLine(count: count, hash: Array(hasher.finalize()))))
        } else {
            try pending.withUnsafeBufferPointer { try line(Self.line($0)) }
        }
    }

    /// - Parameter bytes: Without the line feed.
    private static func line(_ bytes: UnsafeBufferPointer<UInt8>) -> Line {
        let line = bytes.last == UInt8(ascii: "\r") ? UnsafeBufferPointer(rebasing: bytes.dropLast()) : bytes
        return line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } ? .blank : .whole(line)
    }
}
